import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type pg from "pg";
import { callPool } from "../db/client";
import type { Caller, KeySnapshot, TenantSnapshot } from "../metering/types";
import { processSingleton } from "../process-singleton";
import type { Plan } from "../quota/types";
import { canBeSecret, hashSecret } from "./secret";

const keptKeys = 50_000;
const keptUnknown = 20_000;
/** So many secrets are looked up by one statement. */
const maxAsked = 500;
/** Bad news (unknown, revoked, suspended) is believed from memory this long; good news is checked at each admission. */
const badNewsMs = 1_000;

/** Who calls, as it was when it was read together: a key and its tenant, or a user of the playground, who has no key. */
export type CallerEntry = {
  tenant: TenantSnapshot;
  key: KeySnapshot | null;
  user?: NonNullable<Caller["user"]>;
  readAt: number;
};

export type KeyEntry = CallerEntry & { key: KeySnapshot };

type Asked = { index: string; secretHash: Buffer; resolve(entry: KeyEntry | null): void; reject(error: unknown): void };

/**
 * Which tenant a secret belongs to. What it remembers may be old: admission compares the versions and, where they have
 * moved, the caller asks here again with `reload`.
 */
export class KeyDirectory {
  private readonly entries = new LRUCache<string, KeyEntry>({ max: keptKeys });
  /** When it was found that no key has this secret; apart, so that guesses push no key out. */
  private readonly unknown = new LRUCache<string, number>({ max: keptUnknown });
  private readonly reading = new Map<string, Promise<KeyEntry | null>>();
  private asked: Asked[] = [];
  private isAsking = false;
  private readonly tenants = new LRUCache<string, TenantSnapshot>({ max: keptKeys });

  constructor(private readonly source: Pick<pg.Pool, "query">) {}

  /** The entry of a secret, as far as it is known without asking the database. */
  known(secret: string): KeyEntry | null {
    return this.entries.get(indexOf(secret)) ?? null;
  }

  /** The entry of a secret; null when no key has it. A mistyped key is refused without asking the database. */
  async find(secret: string): Promise<KeyEntry | null> {
    const index = indexOf(secret);
    const known = this.entries.get(index);
    if (known) return known;
    return canBeSecret(secret) && !this.isUnknown(index, badNewsMs) ? await this.read(secret, index) : null;
  }

  /** Reads the entry anew, unless it was read within the last moments and `olderThanMs` says that this is enough. */
  async reload(secret: string, { olderThanMs }: { olderThanMs: number }): Promise<KeyEntry | null> {
    const index = indexOf(secret);
    const known = this.entries.get(index);
    if (known && Date.now() - known.readAt < olderThanMs) return known;
    return known || !this.isUnknown(index, olderThanMs) ? await this.read(secret, index) : null;
  }

  /** Forgets what it knows of a tenant's keys, and of secrets that had no key. */
  forget(tenantId: string | null): void {
    this.unknown.clear();
    for (const [index, { tenant }] of this.entries.entries()) {
      if (tenantId === null || tenant.id === tenantId) this.entries.delete(index);
    }
  }

  private isUnknown(index: string, forMs: number): boolean {
    const readAt = this.unknown.get(index);
    return readAt !== undefined && Date.now() - readAt < forMs;
  }

  private read(secret: string, index: string): Promise<KeyEntry | null> {
    const reading = this.reading.get(index);
    if (reading) return reading;

    const { promise, resolve, reject } = Promise.withResolvers<KeyEntry | null>();
    this.reading.set(index, promise);
    this.asked.push({ index, secretHash: hashSecret(secret), resolve, reject });
    if (!this.isAsking) void this.ask();
    return promise;
  }

  /** One statement at a time, for all that is asked meanwhile: guesses at keys, however many, take no more of the database. */
  private async ask(): Promise<void> {
    this.isAsking = true;
    while (this.asked.length > 0) {
      const asked = this.asked.splice(0, maxAsked);
      try {
        const found = await this.load(asked);
        for (const { index, resolve } of asked) {
          this.reading.delete(index);
          resolve(found.get(index) ?? null);
        }
      } catch (error) {
        for (const { index, reject } of asked) {
          this.reading.delete(index);
          reject(error);
        }
      }
    }
    this.isAsking = false;
  }

  private async load(asked: Asked[]): Promise<Map<string, KeyEntry>> {
    const readAt = Date.now();
    const { rows } = await this.source.query<EntryRow>(
      `${entrySql} where k.secret_hash = any ($1) or k.previous_secret_hash = any ($1)`,
      [asked.map(({ secretHash }) => secretHash)],
    );
    const byHash = new Map(
      rows.flatMap((row) => [row.key.secretHash, row.key.previousSecretHash].map((hash) => [hash, row])),
    );
    const found = new Map<string, KeyEntry>();
    for (const { index, secretHash } of asked) {
      const hash = secretHash.toString("hex");
      const row = byHash.get(hash);
      if (row) {
        const entry = this.entryOf(row, { hash, readAt });
        found.set(index, entry);
        this.entries.set(index, entry);
        this.unknown.delete(index);
      } else {
        this.entries.delete(index);
        this.unknown.set(index, readAt);
      }
    }
    return found;
  }

  /** Keys of one tenant share its snapshot, so that its limits are computed once. */
  private entryOf(row: EntryRow, { hash, readAt }: { hash: string; readAt: number }): KeyEntry {
    const shared = this.tenants.get(row.tenant.id);
    const tenant = shared?.version === row.tenant.version ? shared : tenantOf(row.tenant);
    this.tenants.set(tenant.id, tenant);
    return { tenant, key: keyOf(row.key, hash), readAt };
  }
}

/** Under which name a secret is remembered here: a digest that is quick to make, since the secret itself is not kept. */
function indexOf(secret: string): string {
  return hash("sha256", secret, "base64");
}

export function keyDirectory(): KeyDirectory {
  return processSingleton("keys.directory", () => new KeyDirectory(callPool()));
}

/** The tenant as it is now, for a call without a key (playground); null when there is none. */
export async function findTenantSnapshot(tenantId: string): Promise<TenantSnapshot | null> {
  const { rows } = await callPool().query<{ tenant: TenantRow }>(
    `select ${tenantJson} as tenant from tenant t where t.id = $1`,
    [tenantId],
  );
  return rows[0] ? tenantOf(rows[0].tenant) : null;
}

export function callerOf({ tenant, key, user }: CallerEntry): Caller {
  if (key === null) return { source: "web", tenant, key, user: user ?? null };
  return { source: key.kind === "legacy" ? "legacy" : "apikey", tenant, key, user: null };
}

type TenantRow = {
  id: string;
  name: string;
  version: number;
  status: "active" | "suspended";
  timeZone: string;
  dailyTokenLimit: number | null;
  dailyTokenLimitExpiresAt: string | null;
  archivedAt: string | null;
  subscriptions: { plan: Plan; startsAt: string; endsAt: string | null }[] | null;
  defaultPlan: Plan | null;
};
type KeyRow = Omit<KeySnapshot, "expiresAt" | "revokedAt" | "secretExpiresAt"> & {
  expiresAt: string | null;
  revokedAt: string | null;
  previousSecretExpiresAt: string | null;
  secretHash: string;
  previousSecretHash: string | null;
};
type EntryRow = { tenant: TenantRow; key: KeyRow };

const planJson = (alias: string) => `json_build_object('id', ${alias}.id, 'name', ${alias}.name,
  'dailyTokenLimit', ${alias}.daily_token_limit, 'monthlyTokenLimit', ${alias}.monthly_token_limit,
  'dailyRequestLimit', ${alias}.daily_request_limit, 'monthlyRequestLimit', ${alias}.monthly_request_limit,
  'requestsPerMinute', ${alias}.requests_per_minute, 'monthlyCostLimitMicroUsd', ${alias}.monthly_cost_limit_micro_usd,
  'nearLimitPercent', ${alias}.near_limit_percent, 'allowedModels', ${alias}.allowed_models, 'strict', ${alias}.strict,
  'defaultOutputTokens', ${alias}.default_output_tokens, 'unpricedPolicy', ${alias}.unpriced_policy)`;

/** Subscriptions that have ended can no longer come into force and stay out. */
const tenantJson = `json_build_object('id', t.id, 'name', t.name, 'version', t.version, 'status', t.status,
  'timeZone', t.time_zone, 'dailyTokenLimit', t.daily_token_limit, 'dailyTokenLimitExpiresAt', t.daily_token_limit_expires_at,
  'archivedAt', t.archived_at,
  'subscriptions', (select json_agg(json_build_object('plan', ${planJson("p")}, 'startsAt', s.starts_at, 'endsAt', s.ends_at)
    order by s.starts_at) from subscription s join plan p on p.id = s.plan_id
    where s.tenant_id = t.id and (s.ends_at is null or s.ends_at > now() - interval '1 day')),
  'defaultPlan', (select ${planJson("d")} from plan d where d.is_default))`;

/** One statement, so that the versions belong to what is read beside them. */
const entrySql = `select ${tenantJson} as tenant, json_build_object('id', k.id, 'name', k.name, 'version', k.version,
  'kind', k.kind, 'dailyTokenLimit', k.daily_token_limit, 'monthlyTokenLimit', k.monthly_token_limit,
  'dailyRequestLimit', k.daily_request_limit, 'monthlyRequestLimit', k.monthly_request_limit,
  'requestsPerMinute', k.requests_per_minute, 'concurrency', k.concurrency, 'allowedModels', k.allowed_models,
  'quotaStatus', k.quota_status, 'expiresAt', k.expires_at, 'revokedAt', k.revoked_at,
  'previousSecretExpiresAt', k.previous_secret_expires_at, 'secretHash', encode(k.secret_hash, 'hex'),
  'previousSecretHash', encode(k.previous_secret_hash, 'hex')) as key
  from api_key k join tenant t on t.id = k.tenant_id`;

function tenantOf({ subscriptions, dailyTokenLimitExpiresAt, archivedAt, ...tenant }: TenantRow): TenantSnapshot {
  return {
    ...tenant,
    dailyTokenLimitExpiresAt: instant(dailyTokenLimitExpiresAt),
    archivedAt: instant(archivedAt),
    subscriptions: (subscriptions ?? []).map(({ plan, startsAt, endsAt }) => ({
      plan,
      startsAt: new Date(startsAt),
      endsAt: instant(endsAt),
    })),
  };
}

function keyOf(
  { previousSecretExpiresAt, secretHash, previousSecretHash: _, expiresAt, revokedAt, ...key }: KeyRow,
  hash: string,
): KeySnapshot {
  return {
    ...key,
    expiresAt: instant(expiresAt),
    revokedAt: instant(revokedAt),
    secretExpiresAt: secretHash === hash ? null : instant(previousSecretExpiresAt),
  };
}

function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
