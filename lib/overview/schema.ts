import { z } from "zod";
import type { QuotaLimit, TenantListItem } from "../tenants/schema";

const spans = ["day", "month"] as const;

/** The last 24 hours, or the last 30 days. */
export const overviewUseQuery = z.strictObject({
  span: z.enum(spans, { error: `must be one of ${spans.join(", ")}` }).optional(),
});

export type UseSpan = (typeof spans)[number];

/** What all clients together used. `costMicroUsd` is null where there were calls and none has a price. */
export type Use = {
  requests: number;
  totalTokens: number;
  costMicroUsd: number | null;
  /** Those that have no price, and are not in the cost. */
  unpricedRequests: number;
  blocked: number;
};

/**
 * The use of a period that runs, each client's on its own clock. `compared` is what of it is over, up to the last full hour, and as
 * much of the period before.
 */
export type RunningUse = { use: Use; compared: { now: Use; before: Use } };

/** Whose it is, as far as it must be named and found. */
export type TenantName = { slug: string; name: string; timeZone: string };

/** Something that staff should look at. */
export type Attention =
  | { kind: "limit"; level: "over" | "near"; tenant: TenantListItem; limit: QuotaLimit }
  | { kind: "provider"; slug: string; name: string; calls: number; errors: number }
  /** Calls that were refused lately: `pace` where somebody keeps calling too fast. `since` is when the first of them was. */
  | { kind: "pace" | "refused"; tenant: TenantName; reason: string; refusals: number; since: string; lastAt: string }
  | { kind: "override_expires"; tenant: TenantName; dailyTokenLimit: number; expiresAt: string }
  | { kind: "key_expires"; tenant: TenantName; keyName: string; expiresAt: string }
  /** All of them together, and those unused for longest. A key that was never used counts from when it was made. */
  | { kind: "keys_unused"; count: number; keys: { tenant: TenantName; keyName: string; unusedSince: string }[] };

/** `GET /api/admin/overview`. What matters most comes first; `total` counts also what is not listed. */
export type Overview = {
  attention: { items: Attention[]; total: number };
  today: RunningUse;
  month: RunningUse;
};

/** `GET /api/admin/overview/use`: the clients that used most, by use, and all others as one line without a tenant. */
export type OverviewUse = {
  bucket: "hour" | "day";
  /** The agency's; days are each client's own. */
  timeZone: string;
  bucketStarts: string[];
  series: {
    tenantId: string | null;
    name: string | null;
    /** How many clients are in it. */
    tenants: number;
    /** One for each bucket. */
    requests: number[];
    totalTokens: number[];
    costMicroUsd: number[];
    /** Of the whole time: requests that have no price, and are not in the cost. */
    unpricedRequests: number;
  }[];
};
