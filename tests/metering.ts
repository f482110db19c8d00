import { randomBytes } from "node:crypto";
import type pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { Meter, type MeterStore } from "@/lib/metering/meter";
import { PostgresMeterStore } from "@/lib/metering/store";
import type { Caller, CallRequest, KeySnapshot, Settlement, TenantSnapshot, Usage } from "@/lib/metering/types";
import { resolvePlan } from "@/lib/quota/resolve-plan";
import type { Plan } from "@/lib/quota/types";

export const silent = { error: () => {}, warn: () => {}, info: () => {} };

/** One instance of the product, as far as metering goes: a meter with a connection of its own, which `disturb` may spoil. */
export function startInstance(
  databaseUrl: string,
  disturb: (store: PostgresMeterStore) => Omit<MeterStore, "heldTenants"> = (store) => store,
  timing?: { lateMs: number; heldPatienceMs?: number },
): { id: string; meter: Meter; store: PostgresMeterStore } {
  const id = uuidv7();
  const store = new PostgresMeterStore(databaseUrl, id);
  const disturbed = disturb(store);
  const used: MeterStore = {
    meter: (batch) => disturbed.meter(batch),
    ensurePartitions: () => disturbed.ensurePartitions(),
    heldTenants: (tenants) => store.heldTenants(tenants),
  };
  return { id, meter: new Meter(used, silent, timing), store };
}

type Limits = Partial<
  Pick<
    Plan,
    | "dailyTokenLimit"
    | "monthlyTokenLimit"
    | "dailyRequestLimit"
    | "monthlyRequestLimit"
    | "requestsPerMinute"
    | "monthlyCostLimitMicroUsd"
  >
>;
type KeyLimitsGiven = Partial<
  Pick<
    KeySnapshot,
    | "dailyTokenLimit"
    | "monthlyTokenLimit"
    | "dailyRequestLimit"
    | "monthlyRequestLimit"
    | "requestsPerMinute"
    | "concurrency"
  >
>;

/** Its version is what prices and providers are compared by. */
export async function createAgency(pool: pg.Pool): Promise<void> {
  await pool.query("insert into agency (name, time_zone) values ('Test', 'UTC') on conflict do nothing");
}

/** Writes a tenant on a plan of its own, with a key, and gives the caller as a fresh read would. */
export async function createCaller(
  pool: pg.Pool,
  {
    plan: limits = {},
    key: keyLimits = {},
    timeZone = "Europe/Berlin",
    tenant: given,
  }: { plan?: Limits; key?: KeyLimitsGiven; timeZone?: string; tenant?: TenantSnapshot } = {},
): Promise<Caller> {
  const tenant = given ?? (await createTenant(pool, { limits, timeZone }));
  const key: KeySnapshot = {
    id: uuidv7(),
    name: "site",
    version: 1,
    kind: "standard",
    dailyTokenLimit: null,
    monthlyTokenLimit: null,
    dailyRequestLimit: null,
    monthlyRequestLimit: null,
    requestsPerMinute: null,
    concurrency: null,
    ...keyLimits,
    allowedModels: [],
    quotaStatus: 429,
    expiresAt: null,
    revokedAt: null,
    secretExpiresAt: null,
  };
  await pool.query(
    "insert into api_key (id, tenant_id, name, prefix, secret_hash) values ($1, $2, $3, 'slc_test', $4)",
    [key.id, tenant.id, key.name, randomBytes(32)],
  );
  return { source: "apikey", tenant, key, user: null };
}

async function createTenant(
  pool: pg.Pool,
  { limits, timeZone }: { limits: Limits; timeZone: string },
): Promise<TenantSnapshot> {
  const plan: Plan = {
    id: uuidv7(),
    name: "test",
    dailyTokenLimit: null,
    monthlyTokenLimit: null,
    dailyRequestLimit: null,
    monthlyRequestLimit: null,
    requestsPerMinute: null,
    monthlyCostLimitMicroUsd: null,
    ...limits,
    nearLimitPercent: 80,
    allowedModels: [],
    strict: false,
    defaultOutputTokens: 1_024,
    unpricedPolicy: null,
  };
  const tenant: TenantSnapshot = {
    id: uuidv7(),
    name: "Test",
    version: 1,
    status: "active",
    timeZone,
    dailyTokenLimit: null,
    dailyTokenLimitExpiresAt: null,
    archivedAt: null,
    subscriptions: [{ plan, startsAt: new Date(0), endsAt: null }],
    defaultPlan: null,
  };
  await pool.query("insert into tenant (id, slug, name, time_zone) values ($1::uuid, $1::uuid::text, 'Test', $2)", [
    tenant.id,
    timeZone,
  ]);
  return tenant;
}

export function callBy(
  caller: Caller,
  { tokens = 10, leastTokens = tokens, cost = 0 }: { tokens?: number; leastTokens?: number; cost?: number } = {},
): CallRequest {
  return {
    id: uuidv7(),
    caller,
    kind: "metered",
    provider: "openai",
    endpoint: "chat/completions",
    model: "gpt-test",
    stream: false,
    inputTokens: Math.min(4, tokens),
    leastTokens,
    tokens,
    cost,
    plan: resolvePlan(caller.tenant, new Date()).plan,
    agencyVersion: null,
  };
}

export function usageOf(inputTokens: number, outputTokens: number): Usage {
  return { inputTokens, outputTokens, cachedInputTokens: null, cacheWriteTokens: null, reasoningTokens: null };
}

export function settlementOf(
  call: CallRequest,
  admittedAt: Date,
  {
    state = "settled",
    usage = usageOf(4, 6),
    costMicroUsd = 7,
  }: Partial<Pick<Settlement, "state" | "usage" | "costMicroUsd">> = {},
): Settlement {
  return {
    id: call.id,
    tenantId: call.caller.tenant.id,
    admittedFrom: admittedAt,
    admittedTo: admittedAt,
    state,
    httpStatus: 200,
    model: "gpt-test",
    usage,
    estimated: false,
    costMicroUsd,
    latencyMs: 5,
    firstByteMs: 3,
  };
}

export type CounterRow = {
  requests_used: number;
  requests_reserved: number;
  tokens_used: number;
  tokens_reserved: number;
  cost_used: number;
  cost_reserved: number;
};

export async function counterOf(pool: pg.Pool, subjectId: string, window: "day" | "month"): Promise<CounterRow> {
  const { rows } = await pool.query<CounterRow>(
    `select ${window}_requests_used::float8 as requests_used, ${window}_requests_reserved::float8 as requests_reserved,
       ${window}_tokens_used::float8 as tokens_used, ${window}_tokens_reserved::float8 as tokens_reserved,
       ${window}_cost_used::float8 as cost_used, ${window}_cost_reserved::float8 as cost_reserved
     from quota_counter where subject_id = $1 and ${window}_starts_at <= now() and ${window}_ends_at > now()`,
    [subjectId],
  );
  return (
    rows[0] ?? {
      requests_used: 0,
      requests_reserved: 0,
      tokens_used: 0,
      tokens_reserved: 0,
      cost_used: 0,
      cost_reserved: 0,
    }
  );
}
