import type { Caller, CallRequest, KeySnapshot, TenantSnapshot } from "@/lib/metering/types";
import { keyOf, tenantOf } from "../quota/shapes";

export function tenantSnapshot(given: Partial<TenantSnapshot> = {}): TenantSnapshot {
  const { counters, ...tenant } = tenantOf();
  return { ...tenant, name: "Tenant", version: 1, archivedAt: null, ...given };
}

export function keySnapshot(given: Partial<KeySnapshot> = {}): KeySnapshot {
  return {
    ...keyOf(),
    name: "Key",
    version: 1,
    kind: "standard",
    allowedModels: [],
    quotaStatus: 429,
    expiresAt: null,
    revokedAt: null,
    secretExpiresAt: null,
    ...given,
  };
}

export function callBy(caller: Partial<Caller> = {}, given: Partial<CallRequest> = {}): CallRequest {
  return {
    id: "call",
    caller: { source: "apikey", tenant: tenantSnapshot(), key: keySnapshot(), user: null, ...caller },
    kind: "metered",
    provider: "openai",
    endpoint: "chat/completions",
    model: "gpt-4o",
    stream: false,
    inputTokens: 10,
    leastTokens: 20,
    tokens: 20,
    cost: 0,
    plan: null,
    agencyVersion: null,
    ...given,
  };
}
