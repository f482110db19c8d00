import { toAmount } from "../db/amounts";
import { type Prisma, prisma } from "../db/client";
import { AppError } from "../errors";
import type { Plan as QuotaPlan } from "../quota/types";
import type { Plan } from "./schema";

/** What is entered of a plan; what is undefined is left as it is. */
export type PlanFields = Partial<Omit<Plan, "id" | "subscriptionCount" | "retiredAt" | "createdAt">> & {
  retiredAt?: Date | null;
};

export type PlanRow = Prisma.PlanGetPayload<object>;

const starterPlan: PlanFields & { name: string } = {
  name: "Starter",
  dailyTokenLimit: 50_000,
  monthlyTokenLimit: 1_000_000,
  requestsPerMinute: 60,
  isDefault: true,
};

export async function listPlans(now: Date): Promise<Plan[]> {
  const rows = await prisma().plan.findMany({ include: countOpen(now), orderBy: [{ name: "asc" }] });
  return rows.map(planOf);
}

/** @throws AppError `not_found`. */
export async function getPlan(planId: string, now: Date): Promise<Plan> {
  return readPlan(prisma(), planId, now);
}

/** @throws AppError `not_found`. */
export async function readPlan(transaction: Prisma.TransactionClient, planId: string, now: Date): Promise<Plan> {
  const row = await transaction.plan.findUnique({ where: { id: planId }, include: countOpen(now) });
  if (row === null) throw noSuchPlan();
  return planOf(row);
}

export async function insertPlan(
  transaction: Prisma.TransactionClient,
  fields: PlanFields & { name: string },
): Promise<string> {
  const { id } = await transaction.plan.create({ data: fields });
  return id;
}

export async function savePlan(
  transaction: Prisma.TransactionClient,
  planId: string,
  fields: PlanFields,
): Promise<void> {
  await transaction.plan.update({ where: { id: planId }, data: fields });
}

export async function deletePlanRow(transaction: Prisma.TransactionClient, planId: string): Promise<void> {
  await transaction.plan.delete({ where: { id: planId } });
}

/** Takes the default from whichever plan has it. There is at most one, which an index guards. */
export async function clearDefaultPlan(transaction: Prisma.TransactionClient): Promise<void> {
  await transaction.plan.updateMany({ where: { isDefault: true }, data: { isDefault: false } });
}

/** The plan as the quota rules know it, to reckon with. @throws AppError `not_found`. */
export async function getQuotaPlan(planId: string): Promise<QuotaPlan> {
  const row = await prisma().plan.findUnique({ where: { id: planId } });
  if (row === null) throw noSuchPlan();
  return quotaPlanOf(row);
}

/** Makes the plan that a new installation begins with, unless it has a default plan. Tells whether it did. */
export async function ensureDefaultPlan(
  transaction: Prisma.TransactionClient,
  { currency }: { currency: string },
): Promise<boolean> {
  await lockPlans(transaction, "change");
  const known = { OR: [{ isDefault: true }, { name: starterPlan.name }] };
  if ((await transaction.plan.count({ where: known })) > 0) return false;
  await insertPlan(transaction, { ...starterPlan, currency });
  return true;
}

/** How many subscriptions a plan has ever had: as long as one is kept, so is the plan. */
export function countSubscriptions(transaction: Prisma.TransactionClient, planId: string): Promise<number> {
  return transaction.subscription.count({ where: { planId } });
}

/** The tenants whose limits may come from this plan, now or later. */
export async function listTenantIdsOnPlan(
  transaction: Prisma.TransactionClient,
  planId: string,
  now: Date,
): Promise<string[]> {
  const rows = await transaction.subscription.findMany({
    where: { planId, OR: [{ endsAt: null }, { endsAt: { gt: now } }] },
    select: { tenantId: true },
    distinct: ["tenantId"],
  });
  return rows.map(({ tenantId }) => tenantId);
}

/**
 * Keeps plans as they are while a tenant is put on one (`use`), and tenants on their plans while a plan changes (`change`).
 * Taken before the rows of tenants are, so that there is one order.
 */
export async function lockPlans(transaction: Prisma.TransactionClient, purpose: "use" | "change"): Promise<void> {
  if (purpose === "use")
    await transaction.$queryRaw`select pg_advisory_xact_lock_shared(hashtext('sluice.plans'))::text`;
  else await transaction.$queryRaw`select pg_advisory_xact_lock(hashtext('sluice.plans'))::text`;
}

/** The plan as the quota rules know it. */
export function quotaPlanOf(row: PlanRow): QuotaPlan {
  const { id, name, nearLimitPercent, allowedModels, strict, defaultOutputTokens, unpricedPolicy } = row;
  return { id, name, nearLimitPercent, allowedModels, strict, defaultOutputTokens, unpricedPolicy, ...limitsOf(row) };
}

function noSuchPlan(): AppError {
  return new AppError("not_found", "There is no such plan.");
}

function countOpen(now: Date) {
  return { _count: { select: { subscriptions: { where: { OR: [{ endsAt: null }, { endsAt: { gt: now } }] } } } } };
}

function planOf({ _count, ...row }: PlanRow & { _count: { subscriptions: number } }): Plan {
  return {
    ...row,
    ...limitsOf(row),
    retiredAt: row.retiredAt?.toISOString() ?? null,
    subscriptionCount: _count.subscriptions,
    createdAt: row.createdAt.toISOString(),
  };
}

function limitsOf(row: PlanRow) {
  return {
    dailyTokenLimit: toAmount(row.dailyTokenLimit),
    monthlyTokenLimit: toAmount(row.monthlyTokenLimit),
    dailyRequestLimit: toAmount(row.dailyRequestLimit),
    monthlyRequestLimit: toAmount(row.monthlyRequestLimit),
    requestsPerMinute: row.requestsPerMinute,
    monthlyCostLimitMicroUsd: toAmount(row.monthlyCostLimitMicroUsd),
  };
}
