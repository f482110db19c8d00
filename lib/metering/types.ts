import type { KeyLimits, Plan, Tenant } from "../quota/types";

/** How a call was authenticated; decided where the caller is authenticated, and only read here. */
export type UsageSource = "apikey" | "web" | "legacy";

/** A tenant as it was at one version: everything its limits are computed from. */
export type TenantSnapshot = Tenant & { name: string; version: number; archivedAt: Date | null };

export type KeySnapshot = KeyLimits & {
  name: string;
  version: number;
  kind: "standard" | "legacy";
  allowedModels: string[];
  quotaStatus: 402 | 429;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** When the secret that was presented stops being valid: after a rotation its grace period ends. */
  secretExpiresAt: Date | null;
};

/** Who makes a call, and on whose account. */
export type Caller = {
  source: UsageSource;
  tenant: TenantSnapshot;
  key: KeySnapshot | null;
  user: { id: string; name: string } | null;
};

/** One call to be admitted. Tokens are what is reserved for it, cost is in micro-USD. */
export type CallRequest = {
  id: string;
  caller: Caller;
  /** `metered` is recorded; `checked` passes unless a limit is used up; `free` always passes. */
  kind: "metered" | "checked" | "free";
  provider: string;
  endpoint: string;
  model: string | null;
  stream: boolean;
  inputTokens: number;
  /** What must fit at least, and what is reserved if there is room. */
  leastTokens: number;
  tokens: number;
  cost: number;
  /** By which it was judged and reckoned; null without one. Admission refuses it when another is in force. */
  plan: Plan | null;
  /** At which the cost was reckoned; null where no cost is limited. Admission refuses an older one than there is. */
  agencyVersion: number | null;
};

/** What a call really used; null means that the provider did not say. */
export type Usage = {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number | null;
  cacheWriteTokens: number | null;
  /** What of those is kept for an hour, which costs more than the usual five minutes. */
  cacheWrite1hTokens?: number;
  reasoningTokens: number | null;
};

export type MediaKind = "audio" | "image" | "video";

/** What of a call's tokens is no text, where the provider tells it apart. `cached` is a part of `input`. */
export type MediaTokens = Partial<Record<MediaKind, { input: number; cached: number; output: number }>>;

/** What a provider charges by its number beside tokens. */
export type Searches = { web: number; files: number };

export type Settlement = {
  id: string;
  tenantId: string;
  /** The span in which the call was admitted: one instant when it is known. */
  admittedFrom: Date;
  admittedTo: Date;
  /** `settled` counts call and tokens; `failed` neither; `abandoned` what was reserved. */
  state: "settled" | "failed" | "abandoned";
  httpStatus: number | null;
  model: string | null;
  usage: Usage | null;
  estimated: boolean;
  costMicroUsd: number | null;
  latencyMs: number | null;
  firstByteMs: number | null;
};
