import { z } from "zod";
import type { Plan, PlanList, PlanPreview } from "../plans/schema";
import { amount, count, instant, limitAmount, uuid } from "./answer-fields";

const plan = z.object({
  id: uuid,
  name: z.string(),
  feeCents: count,
  currency: z.string(),
  dailyTokenLimit: limitAmount,
  monthlyTokenLimit: limitAmount,
  dailyRequestLimit: limitAmount,
  monthlyRequestLimit: limitAmount,
  requestsPerMinute: limitAmount,
  monthlyCostLimitMicroUsd: limitAmount,
  nearLimitPercent: count,
  allowedModels: z.array(z.string()),
  strict: z.boolean(),
  isDefault: z.boolean(),
  defaultOutputTokens: count,
  unpricedPolicy: z.enum(["refuse", "pass"]).nullable(),
  retiredAt: instant.nullable(),
  subscriptionCount: count,
  createdAt: instant,
}) satisfies z.ZodType<Plan>;

const planPreview = z.object({
  clients: count,
  days: count,
  affected: z.array(
    z.object({
      tenantId: uuid,
      tenantName: z.string(),
      tenantSlug: z.string(),
      blocked: count,
      refusals: z.array(
        z.object({
          cause: z.enum([
            "tokens_day",
            "tokens_month",
            "requests_day",
            "requests_month",
            "requests_minute",
            "cost_month",
            "model",
            "unpriced",
          ]),
          cap: limitAmount,
          times: count,
          beyond: amount,
          firstOn: z.iso.date(),
        }),
      ),
    }),
  ),
}) satisfies z.ZodType<PlanPreview>;

export const planAnswers = {
  Plan: plan,
  PlanList: z.object({ items: z.array(plan) }) satisfies z.ZodType<PlanList>,
  PlanPreview: planPreview,
};
