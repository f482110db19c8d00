import { toAmount } from "../db/amounts";
import { type Prisma, prisma } from "../db/client";
import { AppError } from "../errors";
import { quotaPlanOf } from "../plans/store";
import { resolvePlan } from "../quota/resolve-plan";
import type { Counter, KeyLimits, MeteredTenant, Plan as QuotaPlan, Tenant as QuotaTenant } from "../quota/types";
import type { Subscription, Tenant } from "./schema";

/** A tenant with all that its plan follows from. Subscriptions that have ended are left out. */
export type TenantRow = Prisma.TenantGetPayload<{ include: { subscriptions: { include: { plan: true } } } }>;

/** What has been counted for a tenant or a key. */
export type CounterRow = Prisma.QuotaCounterGetPayload<object>;

/** How often a subject called in the minute that runs and in the one before. */
export type Pace = { subjectId: string; minuteStartsAt: Date; minuteCalls: number; previousMinuteCalls: number };

/** A tenant and what has been counted for it as a whole. */
export type MeteredRow = { row: TenantRow; tenant: MeteredTenant; paces: Pace[] };

/** With its keys that can be used, and what has been counted for each. */
export type MeteredRowWithKeys = MeteredRow & { keys: (KeyLimits & { kind: "standard" | "legacy" })[] };

/** @throws AppError `not_found`. */
export async function getTenant(tenantId: string, now: Date): Promise<Tenant> {
  return readTenant(prisma(), tenantId, now);
}

/** @throws AppError `not_found`. */
export async function readTenant(transaction: Prisma.TransactionClient, tenantId: string, now: Date): Promise<Tenant> {
  const row = await transaction.tenant.findUnique({ where: { id: tenantId }, include: openSubscriptions(now) });
  if (row === null) throw noSuchTenant();
  return tenantOf(row, await findDefaultPlan(transaction), now);
}

/** The id of the tenant of this slug, archived or not; null when there is none. */
export async function findTenantBySlug(
  slug: string,
): Promise<{ id: string; name: string; timeZone: string; archivedAt: Date | null } | null> {
  return prisma().tenant.findUnique({
    where: { slug },
    select: { id: true, name: true, timeZone: true, archivedAt: true },
  });
}

/** Tenants with what has been counted for each as a whole, in the order of the given ids, in a handful of queries for any number of them. */
export async function listMeteredTenants(tenantIds: string[], now: Date): Promise<MeteredRow[]> {
  return await inOneSnapshot((transaction) => readMetered(transaction, { tenantIds, subjectIds: tenantIds, now }));
}

type Metered = { tenantIds: string[]; subjectIds: string[]; now: Date };

async function readMetered(
  transaction: Prisma.TransactionClient,
  { tenantIds, subjectIds, now }: Metered,
): Promise<MeteredRow[]> {
  const tenantId = { in: tenantIds };
  const found = await transaction.tenant.findMany({ where: { id: tenantId }, include: openSubscriptions(now) });
  const rows = tenantIds.flatMap((id) => found.find((row) => row.id === id) ?? []);
  const defaultPlan = await findDefaultPlan(transaction);
  const counters = await transaction.quotaCounter.findMany({
    where: { tenantId, subjectId: { in: subjectIds }, monthStartsAt: { lte: now }, monthEndsAt: { gt: now } },
  });
  const countersOf = Map.groupBy(counters, (counter) => counter.tenantId);
  return rows.map((row) => {
    const ofTenant = countersOf.get(row.id) ?? [];
    return {
      row,
      tenant: { ...quotaTenantOf(row, defaultPlan), counters: ofTenant.flatMap(countersOfRow) },
      paces: ofTenant,
    };
  });
}

function inOneSnapshot<T>(read: (transaction: Prisma.TransactionClient) => Promise<T>): Promise<T> {
  return prisma().$transaction(read, { isolationLevel: "RepeatableRead" });
}

/** Clients that are not archived, as the quota rules know them, with their names. */
export async function listQuotaTenants(now: Date): Promise<(QuotaTenant & { name: string; slug: string })[]> {
  const rows = await prisma().tenant.findMany({
    where: { archivedAt: null },
    include: openSubscriptions(now),
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  const defaultPlan = await findDefaultPlan(prisma());
  return rows.map((row) => ({ ...quotaTenantOf(row, defaultPlan), name: row.name, slug: row.slug }));
}

/** The tenant with its usable keys and what has been counted for them all. @throws AppError `not_found`. */
export async function getMeteredTenant(tenantId: string, now: Date): Promise<MeteredRowWithKeys> {
  return await inOneSnapshot(async (transaction) => {
    const keys = await transaction.apiKey.findMany({
      where: { tenantId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
      orderBy: { id: "asc" },
    });
    const subjectIds = [tenantId, ...keys.map(({ id }) => id)];
    const [found] = await readMetered(transaction, { tenantIds: [tenantId], subjectIds, now });
    if (!found) throw noSuchTenant();
    return { ...found, keys: keys.map(keyLimitsOf) };
  });
}

/** The same with what its counters say at another moment. */
export function withCounters(metered: MeteredRowWithKeys, counters: CounterRow[]): MeteredRowWithKeys {
  return { ...metered, tenant: { ...metered.tenant, counters: counters.flatMap(countersOfRow) }, paces: counters };
}

/** How many keys of a tenant can be used, and when one of its keys made the last call. */
export type KeyFacts = { activeKeys: number; lastUsedAt: Date | null };

/** By tenant; those without keys are not in it. */
export async function readKeyFacts(tenantIds: string[], now: Date): Promise<Map<string, KeyFacts>> {
  const rows = await prisma().$queryRaw<(KeyFacts & { tenantId: string })[]>`
    select tenant_id as "tenantId", max(last_used_at) as "lastUsedAt",
      (count(*) filter (where revoked_at is null and (expires_at is null or expires_at > ${now})))::int as "activeKeys"
    from api_key where tenant_id = any (${tenantIds}::uuid[]) group by tenant_id`;
  return new Map(rows.map((row) => [row.tenantId, row]));
}

/**
 * Locks tenants against admission and against each other, in the order of their ids as admission does: a call admitted after
 * this transaction has committed obeys it. `all` locks every tenant. Gives the ids that there are.
 */
export async function lockTenants(transaction: Prisma.TransactionClient, which: string[] | "all"): Promise<string[]> {
  const rows =
    which === "all"
      ? await transaction.$queryRaw<{ id: string }[]>`select id from tenant order by id for no key update`
      : await transaction.$queryRaw<{ id: string }[]>`
          select id from tenant where id = any (${which}::uuid[]) order by id for no key update`;
  return rows.map(({ id }) => id);
}

export async function bumpTenantVersions(transaction: Prisma.TransactionClient, tenantIds: string[]): Promise<void> {
  await transaction.tenant.updateMany({ where: { id: { in: tenantIds } }, data: { version: { increment: 1 } } });
}

export type TenantFields = Partial<
  Pick<
    Prisma.TenantUncheckedCreateInput,
    | "name"
    | "timeZone"
    | "status"
    | "dailyTokenLimit"
    | "dailyTokenLimitReason"
    | "dailyTokenLimitExpiresAt"
    | "archivedAt"
  >
>;

export async function saveTenant(
  transaction: Prisma.TransactionClient,
  tenantId: string,
  fields: TenantFields,
): Promise<void> {
  await transaction.tenant.update({ where: { id: tenantId }, data: fields });
}

export async function insertTenant(
  transaction: Prisma.TransactionClient,
  fields: { name: string; slug: string; timeZone: string },
): Promise<string> {
  const { id } = await transaction.tenant.create({ data: fields });
  return id;
}

/** Which of these slugs, and their numbered variants, are taken. */
export async function listSlugsLike(transaction: Prisma.TransactionClient, slug: string): Promise<string[]> {
  const rows = await transaction.tenant.findMany({ where: { slug: { startsWith: slug } }, select: { slug: true } });
  return rows.map((row) => row.slug);
}

type NewSubscription = { tenantId: string; planId: string; startsAt: Date; endsAt: Date | null };

/** Puts a tenant on a plan. What would still be in force then ends then; what would only begin later falls away. */
export async function replaceSubscription(
  transaction: Prisma.TransactionClient,
  { tenantId, planId, startsAt, endsAt }: NewSubscription,
): Promise<Subscription> {
  await transaction.subscription.deleteMany({ where: { tenantId, startsAt: { gte: startsAt } } });
  await transaction.subscription.updateMany({
    where: { tenantId, startsAt: { lt: startsAt }, OR: [{ endsAt: null }, { endsAt: { gt: startsAt } }] },
    data: { endsAt: startsAt },
  });
  const row = await transaction.subscription.create({
    data: { tenantId, planId, startsAt, endsAt },
    include: { plan: true },
  });
  return subscriptionOf(row);
}

export function noSuchTenant(): AppError {
  return new AppError("not_found", "There is no such client.");
}

export function tenantOf(row: TenantRow, defaultPlan: QuotaPlan | null, now: Date): Tenant {
  const { plan, origin } = resolvePlan(quotaTenantOf(row, defaultPlan), now);
  const inForce =
    origin === "subscription"
      ? row.subscriptions.findLast((each) => each.planId === plan?.id && each.startsAt <= now)
      : undefined;
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    status: row.status,
    timeZone: row.timeZone,
    dailyTokenLimit: toAmount(row.dailyTokenLimit),
    dailyTokenLimitReason: row.dailyTokenLimitReason,
    dailyTokenLimitExpiresAt: row.dailyTokenLimitExpiresAt?.toISOString() ?? null,
    plan:
      plan && origin !== "none"
        ? { id: plan.id, name: plan.name, origin, nearLimitPercent: plan.nearLimitPercent }
        : null,
    subscription: inForce ? subscriptionOf(inForce) : null,
    archivedAt: row.archivedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

async function findDefaultPlan(transaction: Prisma.TransactionClient): Promise<QuotaPlan | null> {
  const row = await transaction.plan.findFirst({ where: { isDefault: true } });
  return row && quotaPlanOf(row);
}

function subscriptionOf({
  id,
  tenantId,
  planId,
  plan,
  startsAt,
  endsAt,
}: TenantRow["subscriptions"][number]): Subscription {
  return {
    id,
    tenantId,
    planId,
    planName: plan.name,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt?.toISOString() ?? null,
  };
}

function openSubscriptions(now: Date) {
  return {
    subscriptions: {
      where: { OR: [{ endsAt: null }, { endsAt: { gt: now } }] },
      include: { plan: true },
      orderBy: [{ startsAt: "asc" }, { id: "asc" }],
    },
  } satisfies Prisma.TenantInclude;
}

function quotaTenantOf(row: TenantRow, defaultPlan: QuotaPlan | null): QuotaTenant {
  return {
    id: row.id,
    status: row.status,
    timeZone: row.timeZone,
    dailyTokenLimit: toAmount(row.dailyTokenLimit),
    dailyTokenLimitExpiresAt: row.dailyTokenLimitExpiresAt,
    subscriptions: row.subscriptions.map(({ plan, startsAt, endsAt }) => ({
      plan: quotaPlanOf(plan),
      startsAt,
      endsAt,
    })),
    defaultPlan,
  };
}

function countersOfRow(row: CounterRow): Counter[] {
  const { subjectId } = row;
  return [
    {
      subjectId,
      window: "day",
      startsAt: row.dayStartsAt,
      endsAt: row.dayEndsAt,
      requests: { used: toAmount(row.dayRequestsUsed), reserved: toAmount(row.dayRequestsReserved) },
      tokens: { used: toAmount(row.dayTokensUsed), reserved: toAmount(row.dayTokensReserved) },
      cost: { used: toAmount(row.dayCostUsed), reserved: toAmount(row.dayCostReserved) },
    },
    {
      subjectId,
      window: "month",
      startsAt: row.monthStartsAt,
      endsAt: row.monthEndsAt,
      requests: { used: toAmount(row.monthRequestsUsed), reserved: toAmount(row.monthRequestsReserved) },
      tokens: { used: toAmount(row.monthTokensUsed), reserved: toAmount(row.monthTokensReserved) },
      cost: { used: toAmount(row.monthCostUsed), reserved: toAmount(row.monthCostReserved) },
    },
  ];
}

function keyLimitsOf(row: Prisma.ApiKeyGetPayload<object>): KeyLimits & { kind: "standard" | "legacy" } {
  return {
    id: row.id,
    kind: row.kind,
    dailyTokenLimit: toAmount(row.dailyTokenLimit),
    monthlyTokenLimit: toAmount(row.monthlyTokenLimit),
    dailyRequestLimit: toAmount(row.dailyRequestLimit),
    monthlyRequestLimit: toAmount(row.monthlyRequestLimit),
    requestsPerMinute: row.requestsPerMinute,
    concurrency: row.concurrency,
  };
}
