import { z } from "zod";
import type { Attention, Overview, OverviewUse, RunningUse } from "../overview/schema";
import { amount, cost, count, instant, signedAmount, uuid } from "./answer-fields";
import { quotaLimit, tenantListItem } from "./tenant-answers";

const tenant = z.object({ slug: z.string(), name: z.string(), timeZone: z.string() });
const attention = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("limit"), level: z.enum(["over", "near"]), tenant: tenantListItem, limit: quotaLimit }),
  z.object({ kind: z.literal("provider"), slug: z.string(), name: z.string(), calls: count, errors: count }),
  z.object({
    kind: z.enum(["pace", "refused"]),
    tenant,
    reason: z.string(),
    refusals: count,
    since: instant,
    lastAt: instant,
  }),
  z.object({ kind: z.literal("override_expires"), tenant, dailyTokenLimit: amount, expiresAt: instant }),
  z.object({ kind: z.literal("key_expires"), tenant, keyName: z.string(), expiresAt: instant }),
  z.object({
    kind: z.literal("keys_unused"),
    count,
    keys: z.array(z.object({ tenant, keyName: z.string(), unusedSince: instant })),
  }),
]) satisfies z.ZodType<Attention>;

const use = z.object({
  requests: signedAmount,
  totalTokens: signedAmount,
  costMicroUsd: cost,
  unpricedRequests: count,
  blocked: count,
});
const runningUse = z.object({
  use,
  compared: z
    .object({ now: use, before: use })
    .meta({ description: "Up to the last full hour, and as much of the period before." }),
}) satisfies z.ZodType<RunningUse>;

/** What the overview answers, made of the shapes in which clients and their limits are told. */
export const overviewAnswers = {
  Overview: z.object({
    attention: z.object({ items: z.array(attention), total: count }),
    today: runningUse,
    month: runningUse,
  }) satisfies z.ZodType<Overview>,
  OverviewUse: z.object({
    bucket: z.enum(["hour", "day"]),
    timeZone: z.string(),
    bucketStarts: z.array(instant),
    series: z.array(
      z.object({
        tenantId: uuid.nullable(),
        name: z.string().nullable(),
        tenants: count,
        requests: z.array(signedAmount),
        totalTokens: z.array(signedAmount),
        costMicroUsd: z.array(signedAmount),
        unpricedRequests: count,
      }),
    ),
  }) satisfies z.ZodType<OverviewUse>,
};
