import { estimateTokens, tokensOfBytes } from "../metering/estimate";
import { Cut } from "./json-outline";
import type { TextCount } from "./text-tally";

/** Longer texts are not kept beside an open call; their tokens stay an estimate by length. */
const keptTextLength = 16_000;
/** Beside the text, each message costs a few tokens of framing. */
const tokensPerMessage = 4;

/** The text that becomes input tokens, and an estimate of how many. */
export function inputOf({ parts, messages }: { parts: unknown[]; messages: unknown }): {
  inputTokens: number;
  text: string | null;
} {
  const strings: string[] = [];
  const cuts: TextCount[] = [];
  for (const part of parts) collectStrings(part, strings, cuts);
  const text = strings.join("\n");
  const framing = (Array.isArray(messages) ? messages.length : lengthOfCut(messages)) * tokensPerMessage;
  if (cuts.length > 0) return { inputTokens: tokensWith(cuts, text, strings.length) + framing, text: null };
  return {
    inputTokens: estimateTokens(text) + framing,
    text: text.length <= keptTextLength ? text : null,
  };
}

/** The estimate for a text together with those that are not here: each is joined to the others by one byte. */
function tokensWith(cuts: TextCount[], text: string, texts: number): number {
  const bytes = cuts.reduce((sum, cut) => sum + cut.bytes + cut.texts, Buffer.byteLength(text));
  return tokensOfBytes(Math.max(0, texts > 0 ? bytes : bytes - 1));
}

function lengthOfCut(value: unknown): number {
  return value instanceof Cut && value.list ? value.list.length : 1;
}

/** Stands for a token that is given by its number, or for a number: one token for any way of counting. */
const oneToken = " the";
export const bytesOfNumber = oneToken.length;

/** Names of fields whose strings are no prose: media, ids, roles. */
const notText = new Set([
  "role",
  "type",
  "id",
  "url",
  "image_url",
  "file_data",
  "data",
  "format",
  "call_id",
  "tool_call_id",
  "encrypted_content",
  "detail",
]);

/** Whether what stands under this name is no prose. */
export function isNoText(name: string): boolean {
  return notText.has(name);
}

/** Deeply nested input must not exhaust the stack, so what is still to be looked at stands in a list. */
function collectStrings(value: unknown, into: string[], cuts: TextCount[]): void {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "string") into.push(next);
    else if (typeof next === "number") into.push(oneToken);
    else if (Array.isArray(next)) {
      if (next.every((each) => typeof each === "number")) into.push(oneToken.repeat(next.length));
      else for (let index = next.length - 1; index >= 0; index--) open.push(next[index]);
    } else if (next instanceof Cut) {
      if (next.count.texts > 0) cuts.push(next.count);
    } else if (next !== null && typeof next === "object") {
      for (const [name, each] of Object.entries(next).reverse()) if (!notText.has(name)) open.push(each);
    }
  }
}
