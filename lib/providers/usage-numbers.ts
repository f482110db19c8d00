import type { MediaKind, MediaTokens, Usage } from "../metering/types";

/** What usage blocks said so far; null where they were silent. */
export type Reported = {
  input: number | null;
  output: number | null;
  total: number | null;
  cached: number | null;
  written: number | null;
  reasoning: number | null;
};

export const nothingReported: Reported = {
  input: null,
  output: null,
  total: null,
  cached: null,
  written: null,
  reasoning: null,
};

/** Values are running totals: the last one that is not null wins, field by field. */
export function merge<Fields extends Record<string, number | null>>(before: Fields, after: Fields): Fields {
  const merged = { ...before };
  for (const name in after) if (after[name] !== null) merged[name] = after[name];
  return merged;
}

/**
 * The numbers as they are counted here. A reported total larger than input and output together hides something: input where
 * none was told or the vendor is known for it, else output. Parts are never larger than their whole (hosts have reported such).
 */
export function normalise(
  { input, output, total, cached, written, reasoning }: Reported,
  hiddenTokens: "input" | "output",
): Usage | null {
  if (input === null && output === null && total === null) return null;

  const hidden = Math.max(0, (total ?? 0) - (input ?? 0) - (output ?? 0));
  const isInput = input === null || hiddenTokens === "input";
  const inputTokens = (input ?? 0) + (isInput ? hidden : 0);
  const outputTokens = (output ?? 0) + (isInput ? 0 : hidden);
  const cachedInputTokens = cached === null ? null : Math.min(cached, inputTokens);
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens,
    cacheWriteTokens: written === null ? null : Math.min(written, inputTokens - (cachedInputTokens ?? 0)),
    reasoningTokens: reasoning === null ? null : Math.min(reasoning, outputTokens),
  };
}

/** Notes so many tokens of a kind of media, where there are any. */
export function withMedia(
  media: MediaTokens | null,
  kind: MediaKind,
  { input, cached, output }: { input: number | null; cached: number | null; output: number | null },
): MediaTokens | null {
  if (!input && !output) return media;
  return { ...media, [kind]: { input: input ?? 0, cached: cached ?? 0, output: output ?? 0 } };
}
