import { z } from "zod";
import { id, instant, queryNumber, slug, text } from "../http/fields";
import type { OwnQuota } from "../tenants/schema";

export const allSources = ["apikey", "web", "legacy"] as const;
const states = ["admitted", "settled", "failed", "abandoned"] as const;
const bucketSizes = ["hour", "day", "month"] as const;

export type UsageSource = (typeof allSources)[number];
export type UsageState = (typeof states)[number];
export type BucketSize = (typeof bucketSizes)[number];

const searched = text.trim().max(200, { error: "must have at most 200 characters" });
const span = { from: instant.optional(), to: instant.optional() };

const httpStatusRule = "must be an HTTP status such as 429, or a class of them such as 4xx";

/** `429` or `4xx` as the statuses [from, to]. */
const httpStatus = z
  .string({ error: httpStatusRule })
  .regex(/^[1-5](\d\d|xx)$/, { error: httpStatusRule })
  .transform((status) => ({ from: Number(status.replace("xx", "00")), to: Number(status.replace("xx", "99")) }));

const requestsFilter = {
  id: id.optional(),
  apiKeyId: id.optional(),
  source: z.enum(allSources, { error: `must be one of ${allSources.join(", ")}` }).optional(),
  /** A part of the name of the model asked for or the one that answered. */
  model: searched.optional(),
  state: z.enum(states, { error: `must be one of ${states.join(", ")}` }).optional(),
  httpStatus: httpStatus.optional(),
  ...span,
};

const page = { limit: queryNumber({ min: 1, max: 200 }).optional(), cursor: text.max(200).optional() };

export const listRequestsQuery = z.strictObject({ tenantId: id.optional(), ...requestsFilter, ...page });
export const exportRequestsQuery = z.strictObject({ tenantId: id.optional(), ...requestsFilter });

const sourcesFilter = {
  apiKeyId: id.optional(),
  ...span,
  /** Of the keys and users only those whose name, prefix or owner contains this get a line of their own. */
  search: searched.optional(),
};

const bucket = z.enum(bucketSizes, { error: `must be one of ${bucketSizes.join(", ")}` }).optional();

export const sourcesQuery = z.strictObject({ tenantId: id.optional(), ...sourcesFilter, bucket });

const months = queryNumber({ min: 1, max: 60 }).optional();

export const monthlyQuery = z.strictObject({ tenantId: id.optional(), months, ...page });
export const exportMonthlyQuery = z.strictObject({ tenantId: id.optional(), months });

/** What a client asks about itself. `tenant` is a slug, needed only by who belongs to several. */
const own = { tenant: slug.optional() };

export const ownQuery = z.strictObject(own);
export const ownSourcesQuery = z.strictObject({ ...own, ...sourcesFilter, bucket });
export const ownListRequestsQuery = z.strictObject({ ...own, ...requestsFilter, ...page });
export const ownExportRequestsQuery = z.strictObject({ ...own, ...requestsFilter });
export const ownMonthlyQuery = z.strictObject({ ...own, months });
export const ownPageQuery = z.strictObject({ ...own, ...span, bucket, months });

/** One call in the ledger. Null tokens: the provider did not say, or the call is still open. */
export type UsageRequest = {
  id: string;
  tenantId: string;
  tenantName: string;
  apiKeyId: string | null;
  /** The key's name as it was then; so is the user's. */
  apiKeyName: string | null;
  userId: string | null;
  userName: string | null;
  source: UsageSource;
  /** The provider's slug. */
  provider: string;
  endpoint: string;
  /** The model asked for, and the one that answered. */
  model: string | null;
  answeredModel: string | null;
  state: UsageState;
  httpStatus: number | null;
  stream: boolean;
  inputTokens: number | null;
  cachedInputTokens: number | null;
  cacheWriteTokens: number | null;
  outputTokens: number | null;
  reasoningTokens: number | null;
  totalTokens: number | null;
  reservedTokens: number;
  /** Whether the tokens were counted here and not told by the provider. */
  estimated: boolean;
  /** Null is "unpriced", never 0. */
  costMicroUsd: number | null;
  latencyMs: number | null;
  firstByteMs: number | null;
  admittedAt: string;
  settledAt: string | null;
};

/** `GET /api/admin/usage/requests` and `GET /api/usage/requests`, newest first. `nextCursor` is null on the last page. */
export type UsageRequestList = { items: UsageRequest[]; nextCursor: string | null };

export type UsageTotals = {
  requests: number;
  /** Calls that failed upstream; they count neither as calls nor in tokens. */
  failed: number;
  /** Calls that were refused. */
  blocked: number;
  /** Calls of endpoints that are not metered (lists of models, moderations); they count in no limit. */
  free: number;
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
  /** Of the priced calls; null when there were calls and none has a price. */
  costMicroUsd: number | null;
  unpricedRequests: number;
  lastUsedAt: string | null;
};

/**
 * Use of one series in one bucket. A series is a key, one user of the playground (for the client: all of them; where the
 * user is unknown, the tenant), or, where more than 200 have use, the rest of a source. All series stand in the same
 * buckets, without gaps, so a line holds only what belongs to it.
 */
export type SourcesBucket = {
  /** When the bucket begins. */
  bucket: string;
  source: UsageSource;
  apiKeyId: string | null;
  apiKeyName: string | null;
  /** Whose playground it is, on lines of one user or of an unknown one; not told to clients. */
  tenantId?: string;
  userId?: string;
  userName?: string | null;
  /** On the line of what has none of its own. */
  remainder?: true;
  requests: number;
  blocked: number;
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
  costMicroUsd: number | null;
};

export type KeyTotals = UsageTotals & {
  apiKeyId: string;
  /** The key's newest name. */
  apiKeyName: string;
  apiKeyPrefix: string;
  source: UsageSource;
  tenantId: string;
  tenantName: string;
  revoked: boolean;
  revokedAt: string | null;
};

/** Who stands behind use without a key of one's own: for `web` a user, for `legacy` the tenant (`userId` null). */
export type OwnerTotals = UsageTotals & {
  source: "web" | "legacy";
  userId: string | null;
  userName: string | null;
  tenantId: string;
  tenantName: string;
};

/** The keys that are not listed, together and by source: a source that has none is left out. */
export type KeyRemainder = KeysTogether & { bySource: (KeysTogether & { source: UsageSource })[] };

type KeysTogether = UsageTotals & { keys: number };

/** The users, or tenants with legacy use, that are not listed. */
type OwnerRemainder = UsageTotals & { source: "web" | "legacy"; owners: number };

/** `GET /api/admin/usage/sources` and `GET /api/usage/sources`: one snapshot, whose parts add up to `grandTotal`. */
export type SourcesReport = {
  /** What the answer covers, [from, to): the range asked for, widened to whole hours, or to whole days over several tenants. */
  from: string;
  to: string;
  bucket: BucketSize;
  /** Whose hours, days and months the buckets are. */
  timeZone: string;
  /** Over several tenants with days or months: each tenant's own local dates stand in a bucket. */
  mixedTimeZones: boolean;
  bucketStarts: string[];
  buckets: SourcesBucket[];
  totals: {
    bySource: (UsageTotals & { source: UsageSource })[];
    /** At most 200, by tokens, then requests, then id. */
    byKey: KeyTotals[];
    /** The keys that are not listed: those beyond 200, and with a search those that it does not find. Null when there are none. */
    byKeyRemainder: KeyRemainder | null;
    /** For staff only: at most 200 of each source, by use. */
    byUserSource?: OwnerTotals[];
    /** Those beyond, and with a search those that it does not find; one entry for each source that has such. */
    byUserSourceRemainder?: OwnerRemainder[];
    grandTotal: UsageTotals;
  };
  truncated: boolean;
};

export type MonthlyKeyUsage = UsageTotals & {
  apiKeyId: string;
  apiKeyName: string;
  apiKeyPrefix: string;
  source: UsageSource;
  revoked: boolean;
};

export type MonthlyUsage = UsageTotals & {
  /** The tenant's own calendar month, `2026-11`. */
  month: string;
  tenantId: string;
  tenantName: string;
  byKey: MonthlyKeyUsage[];
  /** What is not a key's; null without any. */
  playground: UsageTotals | null;
};

/**
 * `GET /api/admin/usage/monthly` and `GET /api/usage/monthly`: newest month first, months without use included; over all
 * tenants a page of them at a time. `nextCursor` is null on the last page.
 */
export type MonthlyUsageList = { items: MonthlyUsage[]; nextCursor: string | null };

/** `GET /api/usage/keys`: the client's keys as the client may see them, with this month's use; never legacy ones. */
export type OwnKey = {
  id: string;
  name: string;
  prefix: string;
  state: "active" | "expired" | "revoked";
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
  createdAt: string;
  usedThisMonth: { requests: number; tokens: number };
};

export type OwnKeyList = { items: OwnKey[] };

/** `GET /api/usage/page`: all that a client's page shows, of one moment. `thisMonth` is by day, until today's end. */
export type OwnPage = {
  quota: OwnQuota;
  keys: OwnKeyList;
  months: MonthlyUsageList;
  thisMonth: SourcesReport;
  sources: SourcesReport;
};

/** Answer to a manager's `POST /api/usage/keys`: the only time that the secret is shown. */
export type OwnKeyWithSecret = Pick<OwnKey, "id" | "name" | "prefix"> & { secret: string };
