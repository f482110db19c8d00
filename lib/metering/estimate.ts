const bytesPerToken = 4;
/** Longer texts are counted by their first part: a tokenizer's time must not hold up other calls. */
const countedLength = 200_000;
const pieceLength = 2_000;

/** The tokens of a text, roughly and at once: for a reservation, before the answer tells. */
export function estimateTokens(text: string): number {
  return tokensOfBytes(Buffer.byteLength(text));
}

/** The same of a text of which only the length is known. */
export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken);
}

/**
 * The tokens of a text by the tokenizer of current OpenAI models (o200k): where no provider tells them. What looks like one
 * of the tokenizer's control tokens is text like any other. Of a longer text its beginning will do, and its `fullLength`.
 */
export async function countTokens(text: string, fullLength = text.length): Promise<number> {
  if (text === "") return 0;
  const { countTokens: count } = await import("gpt-tokenizer/encoding/o200k_base");
  const counted = text.slice(0, countedLength);
  let tokens = 0;
  for (const piece of piecesOf(counted)) tokens += count(piece, { disallowedSpecial: new Set() });
  return Math.ceil((tokens * fullLength) / counted.length);
}

/** The tokenizer takes quadratic time for a long word: it is given pieces, cut before a blank, where tokens begin anyway. */
function* piecesOf(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > pieceLength) {
    const blank = text.lastIndexOf(" ", start + pieceLength);
    const end = blank > start ? blank : start + pieceLength;
    yield text.slice(start, end);
    start = end;
  }
  yield text.slice(start);
}
