import { estimateTokens } from "../metering/estimate";

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
  for (const part of parts) collectStrings(part, strings);
  const text = strings.join("\n");
  const count = Array.isArray(messages) ? messages.length : 1;
  return {
    inputTokens: estimateTokens(text) + count * tokensPerMessage,
    text: text.length <= keptTextLength ? text : null,
  };
}

/** Stands for a token that is given by its number, or for a number: one token for any way of counting. */
const oneToken = " the";

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

/** Deeply nested input must not exhaust the stack, so what is still to be looked at stands in a list. */
function collectStrings(value: unknown, into: string[]): void {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "string") into.push(next);
    else if (typeof next === "number") into.push(oneToken);
    else if (Array.isArray(next)) {
      if (next.every((each) => typeof each === "number")) into.push(oneToken.repeat(next.length));
      else for (let index = next.length - 1; index >= 0; index--) open.push(next[index]);
    } else if (next !== null && typeof next === "object") {
      for (const [name, each] of Object.entries(next).reverse()) if (!notText.has(name)) open.push(each);
    }
  }
}
