import { z } from "zod";
import type { AdminToken, AdminTokenList, AdminTokenWithSecret } from "../admin-tokens/schema";
import type { Settings } from "../agency/schema";
import type { AuditEvent, AuditEventList } from "../audit/schema";
import type { ImportReport } from "../import/import-usage";
import type { ApiKey, KeyAttempts, KeyList, KeyWithSecret } from "../keys/schema";
import type { Plan, PlanList, PlanPreview } from "../plans/schema";
import type { ModelPrice, ModelPriceList } from "../prices/schema";
import type {
  LatencySpread,
  Provider,
  ProviderHealth,
  ProviderHealthList,
  ProviderList,
  ProviderTest,
} from "../providers/schema";
import { dialects, vendors } from "../providers/vendors";
import type { Retention, RetentionPreview } from "../retention/schema";
import type { SearchResult } from "../search/schema";
import type {
  EffectivePlan,
  Quota,
  QuotaLimit,
  Refusals,
  Subscription,
  Tenant,
  TenantList,
  TenantListItem,
} from "../tenants/schema";
import type { UsageAdjustment, UsageAdjustmentList } from "../usage/adjustment-schema";
import { amount, count, instant, limitAmount, signedAmount, uuid } from "./answer-fields";
import { overviewAnswers } from "./overview-answers";
import { peopleAnswers } from "./people-answers";
import { usageAnswers } from "./usage-answers";

/** The shapes in which the API answers, by the names that they have in its description. The types hold them to what is sent. */

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

const quotaLimit = z.object({
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
}) satisfies z.ZodType<QuotaLimit>;

const usedAmounts = z.object({ requests: signedAmount, tokens: signedAmount, costMicroUsd: signedAmount });

const tenantListItem = tenant.extend({
  today: quotaLimit.nullable(),
  month: quotaLimit.nullable(),
  usedToday: usedAmounts,
  usedThisMonth: usedAmounts,
  activeKeys: count,
  lastUsedAt: instant.nullable(),
}) satisfies z.ZodType<TenantListItem>;

const usedInWindow = usedAmounts.extend({ startsAt: instant, resetsAt: instant });

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

const key = z.object({
  id: uuid,
  tenantId: uuid,
  name: z.string(),
  prefix: z.string(),
  kind: z.enum(["standard", "legacy"]),
  state: z.enum(["active", "expired", "revoked"]),
  dailyRequestLimit: limitAmount,
  monthlyRequestLimit: limitAmount,
  dailyTokenLimit: limitAmount,
  monthlyTokenLimit: limitAmount,
  requestsPerMinute: limitAmount,
  concurrency: limitAmount,
  allowedModels: z.array(z.string()),
  quotaStatus: z.literal([429, 402]),
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
  revokedBy: z.string().nullable(),
  lastUsedAt: instant.nullable(),
  previousSecretExpiresAt: instant.nullable(),
  previousSecret: z
    .object({
      prefix: z.string(),
      replacedAt: instant,
      expiresAt: instant,
      calls: count,
      lastUsedAt: instant.nullable(),
    })
    .nullable(),
  createdAt: instant,
}) satisfies z.ZodType<ApiKey>;

const keyAttempts = z.object({
  since: instant,
  lastAcceptedAt: instant.nullable(),
  refused: z.array(z.object({ reason: z.string(), attempts: count, lastAt: instant })),
}) satisfies z.ZodType<KeyAttempts>;

const keyWithSecret = key.extend({
  secret: z.string().meta({ description: "Told this once." }),
}) satisfies z.ZodType<KeyWithSecret>;

const provider = z.object({
  id: uuid,
  slug: z.string(),
  name: z.string(),
  vendor: z.enum(vendors),
  dialect: z.enum(dialects),
  baseUrl: z.string(),
  credentialSet: z.boolean(),
  credentialHint: z.string().nullable(),
  isDefault: z.boolean(),
  createdAt: instant,
}) satisfies z.ZodType<Provider>;

const providerTest = z.object({
  ok: z.boolean(),
  status: count.nullable(),
  latencyMs: z.number(),
  message: z.string(),
}) satisfies z.ZodType<ProviderTest>;

const latencySpread = z.object({ median: count, slowest: count }) satisfies z.ZodType<LatencySpread>;

const providerHealth = z.object({
  providerId: uuid,
  calls: count,
  errors: count,
  causes: z.array(z.object({ status: count.nullable(), calls: count })),
  lastErrorAt: instant.nullable(),
  latencyMs: latencySpread.nullable(),
  firstByteMs: latencySpread.nullable(),
}) satisfies z.ZodType<ProviderHealth>;

const modelPrice = z.object({
  id: uuid,
  providerId: uuid,
  modelPattern: z.string(),
  inputMicroUsd: amount,
  cachedInputMicroUsd: amount.nullable(),
  cacheWriteMicroUsd: amount.nullable(),
  outputMicroUsd: amount,
  validFrom: instant,
  validTo: instant.nullable(),
  createdAt: instant,
}) satisfies z.ZodType<ModelPrice>;

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

const fields = z.record(z.string(), z.unknown());

const auditEvent = z.object({
  id: uuid,
  at: instant,
  actorId: z.string().nullable(),
  actorName: z.string(),
  action: z.string(),
  target: z.string(),
  targetName: z.string().nullable(),
  tenantId: uuid.nullable(),
  tenantName: z.string().nullable(),
  tenantSlug: z.string().nullable(),
  before: fields.nullable(),
  after: fields.nullable(),
}) satisfies z.ZodType<AuditEvent>;

const settings = z.object({
  name: z.string(),
  timeZone: z.string(),
  currency: z.string(),
  disconnectPolicy: z.enum(["abort", "drain"]),
  drainSeconds: count,
  unpricedPolicy: z.enum(["refuse", "pass"]),
  retentionMonths: count.nullable().meta({ description: "Null: calls are kept for ever." }),
  refusalNote: z.string().nullable(),
}) satisfies z.ZodType<Settings>;

const retention = z.object({
  months: count.nullable(),
  tenants: z.array(z.object({ tenantId: uuid, tenantName: z.string(), tenantSlug: z.string(), months: count })),
}) satisfies z.ZodType<Retention>;

const retentionPreview = z.object({
  calls: count,
  tenants: count,
  oldestAt: instant.nullable(),
  before: instant.nullable(),
}) satisfies z.ZodType<RetentionPreview>;

const adminToken = z.object({
  id: uuid,
  name: z.string(),
  prefix: z.string(),
  scope: z.enum(["read", "write"]),
  createdBy: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
  revokedBy: z.string().nullable(),
}) satisfies z.ZodType<AdminToken>;

const importReport = z.object({
  dryRun: z.boolean(),
  lines: count,
  calls: count,
  added: count,
  classified: count,
  problems: z.array(z.object({ line: count, message: z.string() })),
  truncated: z.boolean(),
}) satisfies z.ZodType<ImportReport>;

const searchResult = z.object({
  tenants: z.array(
    z.object({ id: uuid, name: z.string(), slug: z.string(), status: z.enum(["active", "suspended", "archived"]) }),
  ),
  keys: z.array(
    z.object({
      id: uuid,
      name: z.string(),
      prefix: z.string(),
      isRevoked: z.boolean(),
      tenantName: z.string(),
      tenantSlug: z.string(),
    }),
  ),
}) satisfies z.ZodType<SearchResult>;

const nextCursor = z.string().nullable().meta({ description: "Null on the last page." });

export const answers = {
  Error: z.object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      fields: z.record(z.string(), z.string()).optional().meta({ description: "What is wrong with each field." }),
    }),
  }),
  Tenant: tenant,
  TenantList: z.object({ items: z.array(tenantListItem), total: count, nextCursor }) satisfies z.ZodType<TenantList>,
  Subscription: subscription,
  Quota: quota,
  QuotaLimit: quotaLimit,
  Refusals: refusals,
  Plan: plan,
  PlanList: z.object({ items: z.array(plan) }) satisfies z.ZodType<PlanList>,
  PlanPreview: planPreview,
  Key: key,
  KeyAttempts: keyAttempts,
  KeyWithSecret: keyWithSecret,
  KeyList: z.object({ items: z.array(key) }) satisfies z.ZodType<KeyList>,
  Provider: provider,
  ProviderList: z.object({ items: z.array(provider) }) satisfies z.ZodType<ProviderList>,
  ProviderTest: providerTest,
  ProviderHealth: providerHealth,
  ProviderHealthList: z.object({
    since: instant,
    items: z.array(providerHealth),
  }) satisfies z.ZodType<ProviderHealthList>,
  ModelPrice: modelPrice,
  ModelPriceList: z.object({ items: z.array(modelPrice) }) satisfies z.ZodType<ModelPriceList>,
  Adjustment: adjustment,
  AdjustmentList: z.object({ items: z.array(adjustment), nextCursor }) satisfies z.ZodType<UsageAdjustmentList>,
  ImportReport: importReport,
  AuditEvent: auditEvent,
  AuditEventList: z.object({ items: z.array(auditEvent), nextCursor }) satisfies z.ZodType<AuditEventList>,
  SearchResult: searchResult,
  Settings: settings,
  Retention: retention,
  RetentionPreview: retentionPreview,
  AdminToken: adminToken,
  AdminTokenWithSecret: adminToken.extend({ secret: z.string() }) satisfies z.ZodType<AdminTokenWithSecret>,
  AdminTokenList: z.object({ items: z.array(adminToken) }) satisfies z.ZodType<AdminTokenList>,
  ...overviewAnswers({ quotaLimit, tenantListItem }),
  ...peopleAnswers,
  ...usageAnswers,
};

export type AnswerName = keyof typeof answers;
