import { z } from "zod";
import type {
  KeyTotals,
  MonthlyUsageList,
  OwnerTotals,
  OwnKeyList,
  OwnKeyWithSecret,
  OwnPage,
  SourcesBucket,
  SourcesReport,
  UsageRequest,
  UsageRequestList,
  UsageTotals,
} from "../usage/schema";
import { amount, cost, count, instant, nextCursor, signedAmount, uuid } from "./answer-fields";
import { ownQuota } from "./tenant-answers";

const source = z.enum(["apikey", "web", "legacy"]);

const request = z.object({
  id: uuid,
  tenantId: uuid,
  tenantName: z.string(),
  apiKeyId: uuid.nullable(),
  apiKeyName: z.string().nullable(),
  userId: uuid.nullable(),
  userName: z.string().nullable(),
  source,
  provider: z.string(),
  endpoint: z.string(),
  model: z.string().nullable(),
  answeredModel: z.string().nullable(),
  state: z.enum(["admitted", "settled", "failed", "abandoned"]),
  httpStatus: count.nullable(),
  stream: z.boolean(),
  inputTokens: amount.nullable(),
  cachedInputTokens: amount.nullable(),
  cacheWriteTokens: amount.nullable(),
  outputTokens: amount.nullable(),
  reasoningTokens: amount.nullable(),
  totalTokens: amount.nullable(),
  reservedTokens: amount,
  estimated: z.boolean(),
  costMicroUsd: cost,
  latencyMs: z.number().nullable(),
  firstByteMs: z.number().nullable(),
  admittedAt: instant,
  settledAt: instant.nullable(),
}) satisfies z.ZodType<UsageRequest>;

const totals = z.object({
  requests: signedAmount,
  failed: amount,
  blocked: amount,
  free: amount,
  inputTokens: signedAmount,
  outputTokens: signedAmount,
  totalTokens: signedAmount,
  costMicroUsd: cost,
  unpricedRequests: amount,
  lastUsedAt: instant.nullable(),
}) satisfies z.ZodType<UsageTotals>;

const bucket = z.object({
  bucket: instant,
  source,
  apiKeyId: uuid.nullable(),
  apiKeyName: z.string().nullable(),
  tenantId: uuid.optional().meta({ description: "Whose playground it is; on lines of the playground, for staff." }),
  userId: uuid.optional().meta({ description: "On lines of one user of the playground." }),
  userName: z.string().nullable().optional(),
  remainder: z.literal(true).optional().meta({ description: "On the line of what has none of its own." }),
  requests: signedAmount,
  blocked: amount,
  inputTokens: signedAmount,
  outputTokens: signedAmount,
  totalTokens: signedAmount,
  costMicroUsd: cost,
}) satisfies z.ZodType<SourcesBucket>;

const keyTotals = totals.extend({
  apiKeyId: uuid,
  apiKeyName: z.string(),
  apiKeyPrefix: z.string(),
  source,
  tenantId: uuid,
  tenantName: z.string(),
  revoked: z.boolean(),
  revokedAt: instant.nullable(),
}) satisfies z.ZodType<KeyTotals>;

const ownerTotals = totals.extend({
  source: z.enum(["web", "legacy"]),
  userId: uuid.nullable(),
  userName: z.string().nullable(),
  tenantId: uuid,
  tenantName: z.string(),
}) satisfies z.ZodType<OwnerTotals>;

const keysTogether = totals.extend({ keys: count });

const sourcesReport = z.object({
  from: instant,
  to: instant,
  bucket: z.enum(["hour", "day", "month"]),
  timeZone: z.string(),
  mixedTimeZones: z.boolean(),
  bucketStarts: z.array(instant),
  buckets: z.array(bucket),
  totals: z.object({
    bySource: z.array(totals.extend({ source })),
    byKey: z.array(keyTotals),
    byKeyRemainder: keysTogether.extend({ bySource: z.array(keysTogether.extend({ source })) }).nullable(),
    byUserSource: z.array(ownerTotals).optional().meta({ description: "For staff only; at most 200 of each source." }),
    byUserSourceRemainder: z
      .array(totals.extend({ source: z.enum(["web", "legacy"]), owners: count }))
      .optional()
      .meta({ description: "For staff only: those that are not listed, one entry a source." }),
    grandTotal: totals,
  }),
  truncated: z.boolean(),
}) satisfies z.ZodType<SourcesReport>;

const monthlyUsage = totals.extend({
  month: z.string().regex(/^\d{4}-\d\d$/),
  tenantId: uuid,
  tenantName: z.string(),
  byKey: z.array(
    totals.extend({
      apiKeyId: uuid,
      apiKeyName: z.string(),
      apiKeyPrefix: z.string(),
      source,
      revoked: z.boolean(),
    }),
  ),
  playground: totals.nullable(),
});

const ownKey = z.object({
  id: uuid,
  name: z.string(),
  prefix: z.string(),
  state: z.enum(["active", "expired", "revoked"]),
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
  createdAt: instant,
  usedThisMonth: z.object({ requests: signedAmount, tokens: signedAmount }),
});

const monthlyUsageList = z.object({
  items: z.array(monthlyUsage),
  nextCursor,
}) satisfies z.ZodType<MonthlyUsageList>;

const ownKeyList = z.object({ items: z.array(ownKey) }) satisfies z.ZodType<OwnKeyList>;

export const usageAnswers = {
  UsageRequest: request,
  UsageRequestList: z.object({
    items: z.array(request),
    nextCursor,
  }) satisfies z.ZodType<UsageRequestList>,
  UsageTotals: totals,
  SourcesReport: sourcesReport,
  MonthlyUsageList: monthlyUsageList,
  OwnKeyList: ownKeyList,
  OwnPage: z.object({
    quota: ownQuota,
    keys: ownKeyList,
    months: monthlyUsageList,
    thisMonth: sourcesReport,
    sources: sourcesReport,
  }) satisfies z.ZodType<OwnPage>,
  OwnKeyWithSecret: ownKey
    .pick({ id: true, name: true, prefix: true })
    .extend({ secret: z.string() }) satisfies z.ZodType<OwnKeyWithSecret>,
};
