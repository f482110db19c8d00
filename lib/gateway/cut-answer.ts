/** What is known of an answer that was cut off before its provider told what it came to. */
export type CutAnswer = {
  /** All that came, shown reasoning included. */
  seenTokens: number;
  /** The part of it that is reasoning, or a summary of it. */
  seenReasoningTokens: number;
  /** The output that its provider had told of when it began. */
  toldTokens: number;
  /** What came encrypted. */
  sealedTokens: number;
  /** Whether all reasoning is shown, so that there is no more. */
  isShown: boolean;
  /** Whether there was any, or it was asked for. */
  hasReasoned: boolean;
  /** How long it took until its answer began, or until it was cut off. */
  thinkingMs: number;
  /** What this model's answers of late let expect; null where nothing is known. */
  tokensPerMs: number | null;
  /** The most output that the request allows; null when it sets no bound. */
  outputBound: number | null;
};

/** As models reason where nothing is known of theirs: 50 tokens a second, which few stay below. */
const usualTokensPerMs = 0.05;

/**
 * The output that a cut answer has come to: never less than what was seen of it or told. Of reasoning that is not shown it is as
 * much as came encrypted, or else as the time that it took lets expect, within what the request allows.
 */
export function outputOf(answer: CutAnswer): number {
  const { seenTokens, seenReasoningTokens, toldTokens, outputBound } = answer;
  const least = Math.max(seenTokens, toldTokens);
  const all = seenTokens - seenReasoningTokens + Math.max(seenReasoningTokens, reasoningOf(answer));
  return Math.max(least, Math.min(all, outputBound ?? all));
}

function reasoningOf({ sealedTokens, isShown, hasReasoned, thinkingMs, tokensPerMs }: CutAnswer): number {
  if (sealedTokens > 0 || isShown) return sealedTokens;
  return Math.floor(thinkingMs * (tokensPerMs ?? (hasReasoned ? usualTokensPerMs : 0)));
}
