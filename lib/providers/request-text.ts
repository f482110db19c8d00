import { estimateTokens, tokensOfBytes } from "../metering/estimate";
import { Cut } from "./json-outline";
import { isNoText, mediaIn, tokensPerMedia } from "./media";
import type { TextCount } from "./text-tally";

/** Longer texts are not kept beside an open call; their tokens stay an estimate by length. */
const keptTextLength = 16_000;
/** Beside the text, each message costs a few tokens of framing. */
const tokensPerMessage = 4;

/** The text that becomes input tokens, what stands beside it, and an estimate of how many tokens all of it has. */
export function inputOf({ parts, messages }: { parts: unknown[]; messages: unknown }): {
  inputTokens: number;
  mediaTokens: number;
  text: string | null;
} {
  const found: Found = { strings: [], cuts: [], media: 0 };
  for (const part of parts) collectStrings(part, found);
  const { strings, cuts } = found;
  const text = strings.join("\n");
  const framing = (Array.isArray(messages) ? messages.length : lengthOfCut(messages)) * tokensPerMessage;
  const mediaTokens = cuts.reduce((sum, cut) => sum + cut.media, found.media) * tokensPerMedia;
  const textTokens = cuts.length > 0 ? tokensWith(cuts, text, strings.length) : estimateTokens(text);
  return {
    inputTokens: textTokens + framing + mediaTokens,
    mediaTokens,
    text: cuts.length === 0 && text.length <= keptTextLength ? text : null,
  };
}

/** What is in a request: texts, what was left out of it, and how many pictures and the like. */
type Found = { strings: string[]; cuts: TextCount[]; media: number };

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

/** Deeply nested input must not exhaust the stack, so what is still to be looked at stands in a list. */
function collectStrings(value: unknown, found: Found): void {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "string") found.strings.push(next);
    else if (typeof next === "number") found.strings.push(oneToken);
    else if (Array.isArray(next)) {
      if (next.every((each) => typeof each === "number")) found.strings.push(oneToken.repeat(next.length));
      else for (let index = next.length - 1; index >= 0; index--) open.push(next[index]);
    } else if (next instanceof Cut) {
      if (next.count.texts > 0 || next.count.media > 0) found.cuts.push(next.count);
    } else if (next !== null && typeof next === "object") {
      for (const [name, each] of Object.entries(next).reverse()) {
        if (isNoText(name)) found.media += mediaIn(name, each);
        else open.push(each);
      }
    }
  }
}
