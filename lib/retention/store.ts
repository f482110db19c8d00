import { type Prisma, pool, prisma } from "../db/client";
import { horizonOf } from "./horizon";
import type { RetentionPreview, TenantRetention } from "./schema";

export async function listTenantRetentions(): Promise<TenantRetention[]> {
  const rows = await prisma().ledgerRetention.findMany({
    where: { months: { not: null }, tenant: { archivedAt: null } },
    include: { tenant: { select: { name: true, slug: true } } },
    orderBy: { tenant: { name: "asc" } },
  });
  return rows.flatMap(({ tenantId, months, tenant }) =>
    months === null ? [] : [{ tenantId, tenantName: tenant.name, tenantSlug: tenant.slug, months }],
  );
}

/** Gives what it was before, which nobody else changes until the transaction ends. */
export async function saveTenantMonths(
  transaction: Prisma.TransactionClient,
  { tenantId, months }: { tenantId: string; months: number | null },
): Promise<number | null> {
  const rows = await transaction.$queryRaw<{ before: number | null }[]>`
    insert into ledger_retention (tenant_id) values (${tenantId}::uuid)
    on conflict (tenant_id) do update set tenant_id = excluded.tenant_id
    returning months as before`;
  await transaction.ledgerRetention.update({ where: { tenantId }, data: { months } });
  return rows[0]?.before ?? null;
}

/**
 * What would go if calls were kept for so many months: of this client, or else of all that have no retention of their own
 * and, by that, of those that have one.
 */
export async function countPurgeable({
  months,
  tenantId,
  now,
}: {
  months: number | null;
  tenantId: string | null;
  now: Date;
}): Promise<Omit<RetentionPreview, "before">> {
  const { rows } = await pool().query<{ tenantId: string; own: number | null }>(
    `select t.id as "tenantId", r.months as own from tenant t left join ledger_retention r on r.tenant_id = t.id
     where $1::uuid is null or t.id = $1`,
    [tenantId],
  );
  const limited = rows.flatMap((row) => {
    const kept = tenantId === null ? (row.own ?? months) : months;
    return kept === null ? [] : [{ tenantId: row.tenantId, horizon: horizonOf(kept, now) }];
  });
  const counted = await pool().query<{ calls: number; tenants: number; oldestAt: Date | null }>(
    `select coalesce(sum(c.calls), 0)::float8 as calls, count(*) filter (where c.calls > 0)::int as tenants,
       min(c.oldest) as "oldestAt"
     from unnest($1::uuid[], $2::timestamptz[]) as g (tenant_id, horizon) cross join lateral (
       select count(*) as calls, min(admitted_at) as oldest from usage_record u
       where u.tenant_id = g.tenant_id and u.admitted_at < g.horizon and u.state <> 'admitted'
     ) c`,
    [limited.map((each) => each.tenantId), limited.map(({ horizon }) => horizon)],
  );
  const { calls = 0, tenants = 0, oldestAt = null } = counted.rows[0] ?? {};
  return { calls, tenants, oldestAt: oldestAt?.toISOString() ?? null };
}
