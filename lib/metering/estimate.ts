const bytesPerToken = 4;
/** Longer texts are counted by their first part: a tokenizer's time must not hold up other calls. */
const countedLength = 200_000;

/** The tokens of a text, roughly and at once: for a reservation, before the answer tells. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** The tokens of a text by the tokenizer of current OpenAI models (o200k): where no provider tells them. */
export async function countTokens(text: string): Promise<number> {
  if (text === "") return 0;
  const { countTokens: count } = await import("gpt-tokenizer/encoding/o200k_base");
  if (text.length <= countedLength) return count(text);
  return Math.ceil((count(text.slice(0, countedLength)) * text.length) / countedLength);
}
