const metrics = { tokens: "tokens", requests: "calls", cost: "cost" };
const windows = { day: "a day", month: "a month", minute: "a minute" };
const subjects = { tenant: "the client's limit", key: "the key's limit" };

const rules: Record<string, string> = {
  key_revoked: "the key is revoked",
  invalid_api_key: "the key has been replaced, revoked or has expired",
  key_expired: "the key has expired",
  secret_replaced: "the old secret was replaced",
  tenant_suspended: "the client is suspended",
  model_not_allowed: "the model is not allowed",
  model_unpriced: "the model has no price",
  invalid_request: "the request cannot be read, or not be metered",
  request_too_large: "the request is too large",
  unknown_endpoint: "the endpoint is none that can be metered",
  unknown_provider: "there is no such provider",
  concurrency: "too many calls at the same time",
};

/** Why calls were refused, from how they are counted: `tokens_day_tenant` is `the client's limit of tokens a day`. */
export function reasonInWords(reason: string): string {
  const [metric, window, subject] = reason.split("_");
  const words = [
    subjects[subject as keyof typeof subjects],
    metrics[metric as keyof typeof metrics],
    windows[window as keyof typeof windows],
  ];
  if (words.every(Boolean)) return `${words[0]} of ${words[1]} ${words[2]}`;
  return rules[reason] ?? reason.replaceAll("_", " ");
}
