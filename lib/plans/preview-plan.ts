import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { getSettings } from "../agency/store";
import type { Plan as QuotaPlan } from "../quota/types";
import { localDate } from "../quota/window";
import { listQuotaTenants } from "../tenants/store";
import { type PastUse, plansOf, refusalsOf } from "./preview";
import { listBusyMinutes, listDays, listModels } from "./preview-store";
import type { PlanPreview, PreviewClient, updatePlanInput } from "./schema";
import { getPlan, getQuotaPlan } from "./store";

type PreviewPlan = { planId: string; input: z.output<typeof updatePlanInput>; now: Date };

/** Local dates, today's among them. */
const days = 30;
const dayMs = 24 * 3_600_000;

/**
 * Whom a change of a plan would have met in the last 30 days, and how, by what its clients used. What strict reserves and what
 * refused calls would have used cannot be told from the past.
 * @throws AppError `not_found`.
 */
export async function previewPlan({ planId, input, now }: PreviewPlan): Promise<PlanPreview> {
  const [plan, { isDefault }, { unpricedPolicy: agencyPolicy }, tenants] = await Promise.all([
    getQuotaPlan(planId),
    getPlan(planId, now),
    getSettings(),
    listQuotaTenants(now),
  ]);
  const { isDefault: willBeDefault = isDefault, ...changes } = input;
  const changed = { plan: changedBy(plan, changes), isDefault: willBeDefault };
  const concerned = tenants
    .map((tenant) => ({ tenant, ...plansOf(tenant, changed, now) }))
    .filter((each) => each.present?.id === planId || each.next?.id === planId);

  const since = new Date(now.getTime() - days * dayMs);
  const useOf = await readUse(concerned, since);
  const affected = concerned.flatMap(({ tenant, present, next }): PreviewClient[] => {
    const use = useOf(tenant.id, localDate(new Date(since.getTime() + dayMs), tenant.timeZone));
    const refusals = refusalsOf({ tenant, present, next, use, agencyPolicy });
    if (refusals.length === 0) return [];
    const blocked = use.days.filter(({ date }) => date >= use.from).reduce((sum, day) => sum + day.blocked, 0);
    return [{ tenantId: tenant.id, tenantName: tenant.name, tenantSlug: tenant.slug, blocked, refusals }];
  });
  return { clients: concerned.length, days, affected };
}

function changedBy(plan: QuotaPlan, changes: Partial<QuotaPlan>): QuotaPlan {
  const given = Object.entries(changes).filter(([field, value]) => field in plan && value !== undefined);
  return { ...plan, ...Object.fromEntries(given) };
}

type Concerned = { tenant: { id: string }; present: QuotaPlan | null; next: QuotaPlan | null };

/** The ledger itself is only read for what the change may tighten and roll-ups do not tell. */
async function readUse(concerned: Concerned[], since: Date) {
  const idsOf = (which: (each: Concerned) => boolean) => concerned.filter(which).map(({ tenant }) => tenant.id);
  const cap = concerned.find(({ next }) => next !== null)?.next?.requestsPerMinute ?? null;
  const paced = idsOf(({ present, next }) => next?.requestsPerMinute === cap && present?.requestsPerMinute !== cap);
  const restricted = idsOf(
    ({ present, next }) => !isDeepStrictEqual(present?.allowedModels ?? [], next?.allowedModels ?? []),
  );
  const [daysOf, modelsOf, minutesOf] = await Promise.all([
    listDays(
      idsOf(() => true),
      monthOf(since),
    ),
    listModels({ tenantIds: restricted, since }),
    cap === null ? null : listBusyMinutes({ tenantIds: paced, since, cap }),
  ]);
  return (tenantId: string, from: string): PastUse => ({
    from,
    days: daysOf(tenantId),
    models: modelsOf(tenantId),
    minutes: minutesOf?.(tenantId) ?? null,
  });
}

/** The first local date of the month, wherever the client is: a day earlier does no harm, as months are added up apart. */
function monthOf(since: Date): string {
  const dayBefore = new Date(since.getTime() - dayMs);
  return `${dayBefore.toISOString().slice(0, 8)}01`;
}
