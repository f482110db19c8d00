import type { ApiKey } from "@/lib/keys/schema";
import type { QuotaLimit } from "@/lib/tenants/schema";

type KeyCap =
  | "dailyTokenLimit"
  | "monthlyTokenLimit"
  | "dailyRequestLimit"
  | "monthlyRequestLimit"
  | "requestsPerMinute";

/** A limit as it stands on a key and on its client; null is none. */
export type LimitPair = {
  field: KeyCap;
  unit: "tokens" | "calls";
  window: QuotaLimit["window"];
  own: number | null;
  client: number | null;
  /** Whose cap is met first, as far as the caps alone tell: the client's is shared by all its keys. */
  binds: "key" | "client" | null;
};

const fields = [
  { field: "dailyTokenLimit", metric: "tokens", window: "day" },
  { field: "monthlyTokenLimit", metric: "tokens", window: "month" },
  { field: "dailyRequestLimit", metric: "requests", window: "day" },
  { field: "monthlyRequestLimit", metric: "requests", window: "month" },
  { field: "requestsPerMinute", metric: "requests", window: "minute" },
] as const satisfies { field: KeyCap; metric: QuotaLimit["metric"]; window: QuotaLimit["window"] }[];

/** A key's limits beside those of its client, which bind anyway. */
export function limitPairs(key: Pick<ApiKey, KeyCap>, limits: QuotaLimit[]): LimitPair[] {
  return fields.map(({ field, metric, window }) => {
    const own = key[field];
    const client =
      limits.find((each) => each.subject === "tenant" && each.metric === metric && each.window === window)?.cap ?? null;
    return {
      field,
      unit: metric === "tokens" ? "tokens" : "calls",
      window,
      own,
      client,
      binds: bindingOf(own, client),
    };
  });
}

function bindingOf(own: number | null, client: number | null): LimitPair["binds"] {
  if (own === null && client === null) return null;
  if (own === null) return "client";
  return client === null || own < client ? "key" : "client";
}
