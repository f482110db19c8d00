const reasons: Record<string, string> = {
  concurrency: "too many calls of a key at once",
  model_not_allowed: "the model is not allowed",
  model_unpriced: "the model has no price",
  tenant_suspended: "the client is suspended",
  invalid_api_key: "the key has been replaced, revoked or has expired",
};
const metrics: Record<string, string> = { tokens: "tokens", requests: "calls", cost: "cost" };

/** Why calls were refused: `tokens_day_key` as `limit of tokens a day, of a key`. */
export function reasonInWords(reason: string): string {
  const [metric = "", window, subject] = reason.split("_");
  if (reasons[reason]) return reasons[reason];
  if (!metrics[metric] || !window || !subject) return reason.replaceAll("_", " ");
  return `limit of ${metrics[metric]} a ${window}${subject === "key" ? ", of a key" : ""}`;
}
