import { z } from "zod";
import type { UnpricedPolicy } from "../agency/schema";
import { allowedModels, currency, limit, name, smallAmount, smallLimit, unpricedPolicy } from "../http/fields";

const percent = "must be a whole number from 1 to 100";

const planFields = z.strictObject({
  name,
  feeCents: smallAmount,
  currency,
  dailyTokenLimit: limit,
  monthlyTokenLimit: limit,
  dailyRequestLimit: limit,
  monthlyRequestLimit: limit,
  requestsPerMinute: smallLimit,
  monthlyCostLimitMicroUsd: limit,
  nearLimitPercent: z.int({ error: percent }).min(1, { error: percent }).max(100, { error: percent }),
  allowedModels,
  strict: z.boolean({ error: "must be true or false" }),
  isDefault: z.boolean({ error: "must be true or false" }),
  defaultOutputTokens: smallAmount.min(1, { error: "must be 1 or more" }),
  unpricedPolicy: unpricedPolicy.nullable(),
});

/** Only the name is required; a limit that is left out is unlimited. */
export const createPlanInput = planFields.partial().required({ name: true });

/** What is left out stays as it is; null makes a limit unlimited. */
export const updatePlanInput = planFields.partial();

export type CreatePlanInput = z.input<typeof createPlanInput>;
export type UpdatePlanInput = z.input<typeof updatePlanInput>;

/** A named set of limits and a monthly fee. On every limit null is unlimited and 0 lets nothing pass. */
export type Plan = {
  id: string;
  name: string;
  feeCents: number;
  currency: string;
  dailyTokenLimit: number | null;
  monthlyTokenLimit: number | null;
  dailyRequestLimit: number | null;
  monthlyRequestLimit: number | null;
  requestsPerMinute: number | null;
  monthlyCostLimitMicroUsd: number | null;
  /** From which share of a limit a client counts as near it. */
  nearLimitPercent: number;
  /** Names or patterns with `*`; empty allows every model. */
  allowedModels: string[];
  /** Reserve all that a call can come to and cap its answer to what is left, so that no answer can pass a limit. */
  strict: boolean;
  /** What a client without a subscription is on. At most one plan. */
  isDefault: boolean;
  /** What is reserved for an answer whose request sets no bound, until its key's answers tell more; on a strict plan its cap. */
  defaultOutputTokens: number;
  /** What its cost limit does with a model that has no price; null: as the agency has it for all plans. */
  unpricedPolicy: UnpricedPolicy | null;
  /** Since when nobody can be put on it; whoever is on it stays. Null: it is on offer. */
  retiredAt: string | null;
  /** Subscriptions that are in force or will be. */
  subscriptionCount: number;
  createdAt: string;
};

/** Why calls would be refused: a limit by its metric and window, a model that is not allowed, or one without a price. */
export type PreviewCause =
  | "tokens_day"
  | "tokens_month"
  | "requests_day"
  | "requests_month"
  | "requests_minute"
  | "cost_month"
  | "model"
  | "unpriced";

/** What a changed plan would have refused a client, beyond what the plan as it is would have. */
export type PreviewRefusal = {
  cause: PreviewCause;
  /** The cap that would have been met; null where there is none. */
  cap: number | null;
  /** On so many of the days (`tokens_day`, `requests_day`), in so many months, minutes or calls. */
  times: number;
  /** What would not have passed: tokens, calls or micro-USD. */
  beyond: number;
  /** The client's local date on which it would first have happened. */
  firstOn: string;
};

export type PreviewClient = {
  tenantId: string;
  tenantName: string;
  tenantSlug: string;
  /** Calls that were refused in that time as it was. */
  blocked: number;
  refusals: PreviewRefusal[];
};

/** `POST /api/admin/plans/{id}/preview`: whom a change would have met in the last 30 days, by what they used. */
export type PlanPreview = {
  /** Clients on the plan now or by the change. */
  clients: number;
  days: number;
  affected: PreviewClient[];
};

/** `GET /api/admin/plans` */
export type PlanList = { items: Plan[] };
