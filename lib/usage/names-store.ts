import type { Snapshot } from "./snapshot";

export type KeyIdentity = { id: string; tenantId: string; name: string; prefix: string; revokedAt: Date | null };

/** Keys as they are called now; revoked ones are still there. */
export async function listKeyIdentities(snapshot: Snapshot, keyIds: string[]): Promise<Map<string, KeyIdentity>> {
  const { rows } = await snapshot.query<KeyIdentity>(
    `select id, tenant_id as "tenantId", name, prefix, revoked_at as "revokedAt" from api_key where id = any ($1::uuid[])`,
    [keyIds],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

export async function listUserNames(snapshot: Snapshot, userIds: string[]): Promise<Map<string, string>> {
  const { rows } = await snapshot.query<{ id: string; name: string }>(
    `select id, name from "user" where id = any ($1::uuid[])`,
    [userIds],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

export type TenantIdentity = { id: string; name: string; timeZone: string; archivedAt: Date | null };

const tenantColumns = `id, name, time_zone as "timeZone", archived_at as "archivedAt"`;

/** By name. Archived ones are there too. */
export async function listTenantIdentities(
  snapshot: Snapshot,
  tenantIds: string[],
): Promise<Map<string, TenantIdentity>> {
  const { rows } = await snapshot.query<TenantIdentity>(
    `select ${tenantColumns} from tenant where id = any ($1::uuid[]) order by name, id`,
    [tenantIds],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Those that come after a given one by name. Archived ones are there too. */
export async function listTenantsAfter(
  snapshot: Snapshot,
  { afterId, limit }: { afterId: string | null; limit: number },
): Promise<TenantIdentity[]> {
  const { rows } = await snapshot.query<TenantIdentity>(
    `select ${tenantColumns} from tenant
     where $1::uuid is null or (name, id) > (select name, id from tenant where id = $1) order by name, id limit $2`,
    [afterId, limit],
  );
  return rows;
}

/** Whether the clocks of some client are others than these. */
export async function hasOtherTimeZones(snapshot: Snapshot, timeZone: string): Promise<boolean> {
  const { rows } = await snapshot.query<{ has: boolean }>(
    "select exists (select from tenant where time_zone <> $1) as has",
    [timeZone],
  );
  return rows[0]?.has ?? false;
}

export async function findTenantOfKey(snapshot: Snapshot, keyId: string): Promise<string | null> {
  const { rows } = await snapshot.query<{ tenant_id: string }>("select tenant_id from api_key where id = $1", [keyId]);
  return rows[0]?.tenant_id ?? null;
}

export async function findAgencyTimeZone(snapshot: Snapshot): Promise<string> {
  const { rows } = await snapshot.query<{ time_zone: string }>("select time_zone from agency");
  return rows[0]?.time_zone ?? "UTC";
}
