import { z } from "zod";
import type { ImportReport } from "../import/import-usage";
import type {
  EffectivePlan,
  OwnQuota,
  Quota,
  QuotaLimit,
  Refusals,
  Subscription,
  Tenant,
  TenantList,
  TenantListItem,
} from "../tenants/schema";
import type { UsageAdjustment, UsageAdjustmentList } from "../usage/adjustment-schema";
import { amount, cost, count, error, instant, limitAmount, nextCursor, signedAmount, uuid } from "./answer-fields";

const effectivePlan = z.object({
  id: uuid,
  name: z.string(),
  origin: z.enum(["subscription", "default"]),
  nearLimitPercent: count,
}) satisfies z.ZodType<EffectivePlan>;

const subscription = z.object({
  id: uuid,
  tenantId: uuid,
  planId: uuid,
  planName: z.string(),
  startsAt: instant,
  endsAt: instant.nullable(),
}) satisfies z.ZodType<Subscription>;

const tenant = z.object({
  id: uuid,
  slug: z.string(),
  name: z.string(),
  status: z.enum(["active", "suspended"]),
  timeZone: z.string(),
  dailyTokenLimit: amount.nullable().meta({ description: "The manual override: null is none, 0 blocks all." }),
  dailyTokenLimitReason: z.string().nullable(),
  dailyTokenLimitExpiresAt: instant.nullable(),
  plan: effectivePlan.nullable(),
  subscription: subscription.nullable(),
  archivedAt: instant.nullable(),
  createdAt: instant,
}) satisfies z.ZodType<Tenant>;

export const quotaLimit = z.object({
  subject: z.enum(["tenant", "key"]),
  subjectId: uuid,
  metric: z.enum(["requests", "tokens", "cost"]),
  window: z.enum(["minute", "day", "month"]),
  cap: amount,
  origin: z.enum(["plan", "override", "key"]),
  used: signedAmount,
  reserved: amount,
  remaining: amount,
  resetsAt: instant,
  binding: z.boolean(),
  near: z.boolean(),
  refusedSince: instant.nullable().meta({
    description:
      "Of a limit that is used up: when the first call was refused for it after the last that was let through. Null where none was, and for other limits.",
  }),
}) satisfies z.ZodType<QuotaLimit>;

const usedAmounts = z.object({ requests: signedAmount, tokens: signedAmount, costMicroUsd: signedAmount });

export const tenantListItem = tenant.extend({
  today: quotaLimit.nullable(),
  month: quotaLimit.nullable(),
  usedToday: usedAmounts,
  usedThisMonth: usedAmounts,
  activeKeys: count,
  lastUsedAt: instant.nullable(),
}) satisfies z.ZodType<TenantListItem>;

const usedInWindow = usedAmounts.extend({ costMicroUsd: cost, startsAt: instant, resetsAt: instant });

const quota = z.object({
  tenantId: uuid,
  tenantName: z.string(),
  status: z.enum(["active", "suspended"]),
  timeZone: z.string(),
  plan: effectivePlan.nullable(),
  limits: z.array(quotaLimit),
  dailyTokenLimit: z.object({
    effective: limitAmount,
    fromPlan: limitAmount,
    override: amount.nullable(),
    overrideReason: z.string().nullable(),
    overrideExpiresAt: instant.nullable(),
  }),
  today: usedInWindow,
  month: usedInWindow,
  canGenerate: z.boolean(),
  remainingTokens: limitAmount,
  nearLimit: z.boolean(),
}) satisfies z.ZodType<Quota>;

export const ownQuota = quota.extend({ hasUnlistedUse: z.boolean() }) satisfies z.ZodType<OwnQuota>;

const refusals = z.object({
  since: instant,
  items: z.array(
    z.object({
      reason: z.string(),
      apiKeyId: uuid.nullable(),
      apiKeyName: z.string().nullable(),
      refusals: count,
      lastAt: instant,
    }),
  ),
}) satisfies z.ZodType<Refusals>;

const adjustment = z.object({
  id: uuid,
  tenantId: uuid,
  apiKeyId: uuid.nullable(),
  at: instant,
  requests: signedAmount,
  tokens: signedAmount,
  costMicroUsd: signedAmount,
  reason: z.string(),
  authorId: z.string().nullable(),
  authorName: z.string(),
  createdAt: instant,
}) satisfies z.ZodType<UsageAdjustment>;

const importReport = z.object({
  dryRun: z.boolean(),
  lines: count,
  calls: count,
  added: count,
  classified: count,
  problems: z.array(z.object({ line: count, message: z.string() })),
  truncated: z.boolean(),
}) satisfies z.ZodType<ImportReport>;

export const tenantAnswers = {
  Tenant: tenant,
  TenantList: z.object({ items: z.array(tenantListItem), total: count, nextCursor }) satisfies z.ZodType<TenantList>,
  Subscription: subscription,
  Quota: quota,
  OwnQuota: ownQuota,
  QuotaLimit: quotaLimit,
  Refusals: refusals,
  Adjustment: adjustment,
  AdjustmentList: z.object({ items: z.array(adjustment), nextCursor }) satisfies z.ZodType<UsageAdjustmentList>,
  ImportReport: importReport,
  RefusedImport: importReport.extend({ error }),
};
