import { z } from "zod";
import { id, instant, limit, name, queryNumber, slug, text, timeZone } from "../http/fields";
import type { Metric, Window } from "../quota/types";

/** The slug is made from the name where it is left out, the time zone is the agency's. */
export const createTenantInput = z.strictObject({
  name,
  slug: slug.optional(),
  planId: id.optional(),
  timeZone: timeZone.optional(),
});

/**
 * What is left out stays as it is. `dailyTokenLimit` is the manual override: null takes it back (its reason and expiry go
 * with it), 0 blocks all.
 */
export const updateTenantInput = z
  .strictObject({
    name,
    timeZone,
    status: z.enum(["active", "suspended"], { error: "must be active or suspended" }),
    dailyTokenLimit: limit,
    dailyTokenLimitReason: text
      .trim()
      .max(500, { error: "must have at most 500 characters" })
      .transform((reason) => reason || null)
      .nullable(),
    dailyTokenLimitExpiresAt: instant.nullable(),
  })
  .partial();

const sortFields = ["name", "plan", "today", "month", "taken", "calls", "tokens", "used"] as const;
const statuses = ["active", "suspended", "attention", "override", "archived"] as const;
const sorts = sortFields.flatMap((field) => [field, `-${field}`] as const);

/**
 * Archived clients are left out unless asked for: `archived` adds them, the status `archived` gives them alone. `attention` are
 * active clients near a limit or over it. `sort` takes a minus for descending: `today` and `month` are the share that is taken
 * of the tightest limit, `taken` the larger of both, `calls` and `tokens` those of the month that runs, `used` the last call with a key.
 */
export const listTenantsQuery = z.strictObject({
  archived: z.enum(["true", "false"], { error: "must be true or false" }).optional(),
  /** A part of the name, the slug or the plan's name. */
  search: text.trim().max(200, { error: "must have at most 200 characters" }).optional(),
  status: z.enum(statuses, { error: `must be one of ${statuses.join(", ")}` }).optional(),
  planId: id.optional(),
  sort: z.enum(sorts, { error: `must be one of ${sortFields.join(", ")}, with or without a minus` }).optional(),
  limit: queryNumber({ min: 1, max: 500 }).optional(),
  cursor: text.max(16_384).optional(),
});

/** Starts now where `startsAt` is left out, and is open-ended where `endsAt` is. It replaces the one in force. */
export const subscribeInput = z
  .strictObject({ planId: id, startsAt: instant.optional(), endsAt: instant.nullable().optional() })
  .refine(({ startsAt, endsAt }) => !startsAt || !endsAt || startsAt < endsAt, {
    path: ["endsAt"],
    error: "must be after startsAt",
  });

export type TenantSort = (typeof sorts)[number];
export type TenantSortField = (typeof sortFields)[number];
export type TenantStatusFilter = (typeof statuses)[number];
export type CreateTenantInput = z.input<typeof createTenantInput>;
export type UpdateTenantInput = z.input<typeof updateTenantInput>;

/** A tenant is on the plan in [startsAt, endsAt). */
export type Subscription = {
  id: string;
  tenantId: string;
  planId: string;
  planName: string;
  startsAt: string;
  endsAt: string | null;
};

/** The plan that limits a tenant now, and why it does. */
export type EffectivePlan = { id: string; name: string; origin: "subscription" | "default"; nearLimitPercent: number };

/** A client of the agency. `dailyTokenLimit` is the manual override as it was set: null is none, 0 blocks all. */
export type Tenant = {
  id: string;
  slug: string;
  name: string;
  status: "active" | "suspended";
  timeZone: string;
  dailyTokenLimit: number | null;
  dailyTokenLimitReason: string | null;
  /** From then on the plan's limit is back. */
  dailyTokenLimitExpiresAt: string | null;
  /** Null when neither a subscription nor a default plan limits the tenant. */
  plan: EffectivePlan | null;
  /** In force now; null on the default plan or none. */
  subscription: Subscription | null;
  archivedAt: string | null;
  createdAt: string;
};

/** What the list of clients shows beside the tenant itself. */
export type TenantListItem = Tenant & {
  /** The tightest of the tenant's limits per day, and per month; null when there is none. */
  today: QuotaLimit | null;
  month: QuotaLimit | null;
  /** Used so far, whether limited or not. */
  usedToday: UsedAmounts;
  usedThisMonth: UsedAmounts;
  activeKeys: number;
  lastUsedAt: string | null;
};

/** `GET /api/admin/tenants`. `total` is how many match on all pages; `nextCursor` is null on the last one. */
export type TenantList = { items: TenantListItem[]; total: number; nextCursor: string | null };

export type UsedAmounts = { requests: number; tokens: number; costMicroUsd: number };

/** What was used in a window that runs. The cost is null where there were calls and none of them has a price. */
export type UsedInWindow = Omit<UsedAmounts, "costMicroUsd"> & {
  costMicroUsd: number | null;
  startsAt: string;
  resetsAt: string;
};

/** A cap that applies to calls, and how much of it is taken. All amounts are whole numbers; cost is in micro-USD. */
export type QuotaLimit = {
  subject: "tenant" | "key";
  /** The tenant's or the key's id. */
  subjectId: string;
  metric: Metric;
  window: Window;
  cap: number;
  origin: "plan" | "override" | "key";
  used: number;
  /** Held for calls in flight. */
  reserved: number;
  /** Never below zero. */
  remaining: number;
  resetsAt: string;
  /** Whether it is the tightest of its subject's limits, the one that will refuse first. */
  binding: boolean;
  /** Whether used and reserved reach the plan's near-limit share. */
  near: boolean;
  /** Of a limit that is used up: when the first call was refused for it after the last that was let through; null before that. */
  refusedSince: string | null;
};

/** `GET /api/admin/tenants/{id}/refusals`: by reason and key; without a key it was somebody in the playground. */
export type Refusals = {
  since: string;
  items: { reason: string; apiKeyId: string | null; apiKeyName: string | null; refusals: number; lastAt: string }[];
};

/** `GET /api/admin/tenants/{id}/quota` and `GET /api/usage/quota` */
export type Quota = {
  tenantId: string;
  tenantName: string;
  status: "active" | "suspended";
  timeZone: string;
  plan: EffectivePlan | null;
  /** The tenant's limits first, then those of its keys. Only what is capped is listed. */
  limits: QuotaLimit[];
  /** Where the daily token limit comes from: the plan's, the override's if one is in force, and the one that counts. */
  dailyTokenLimit: {
    effective: number | null;
    fromPlan: number | null;
    override: number | null;
    overrideReason: string | null;
    overrideExpiresAt: string | null;
  };
  /** What the tenant used in the day and month that run, whether limited or not. */
  today: UsedInWindow;
  month: UsedInWindow;
  /** Whether a call could pass at all: not suspended, and something is left under each of the tenant's limits. */
  canGenerate: boolean;
  /** Tokens left today and this month, whichever is less; null is unlimited. */
  remainingTokens: number | null;
  nearLimit: boolean;
};

/** `GET /api/usage/quota`: the same as the client may see it. */
export type OwnQuota = Quota & {
  /** Whether this month's figures hold calls with legacy keys, which count but stand in no report of the client's. */
  hasUnlistedUse: boolean;
};
