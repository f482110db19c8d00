/** Tokens of one picture by its quality, square or not. Source: OpenAI's table for gpt-image models. */
const tokensByQuality: Record<string, { square: number; oblong: number }> = {
  low: { square: 272, oblong: 408 },
  medium: { square: 1_056, oblong: 1_584 },
  high: { square: 4_160, oblong: 6_240 },
};
const tokensOfPartialImage = 100;

/** The most output tokens of one picture. A quality or size that is left to the model may be its highest. */
export function imageTokens(asked: {
  model?: unknown;
  quality?: unknown;
  size?: unknown;
  partial_images?: unknown;
}): number {
  if (typeof asked.model === "string" && asked.model.startsWith("dall-e")) return 0;
  const tokens = tokensByQuality[String(asked.quality)] ?? { square: 4_160, oblong: 6_240 };
  const partial = typeof asked.partial_images === "number" ? asked.partial_images : 0;
  return (asked.size === "1024x1024" ? tokens.square : tokens.oblong) + partial * tokensOfPartialImage;
}
