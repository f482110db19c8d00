/** Plain shapes that the quota rules work on: no framework, no database. Amounts are whole numbers up to 2^53 - 1. */

export type Metric = "requests" | "tokens" | "cost";
export type Window = "minute" | "day" | "month";

/** Null is unlimited, zero lets nothing pass. Cost is in micro-USD. */
export type PlanLimits = {
  dailyTokenLimit: number | null;
  monthlyTokenLimit: number | null;
  dailyRequestLimit: number | null;
  monthlyRequestLimit: number | null;
  requestsPerMinute: number | null;
  monthlyCostLimitMicroUsd: number | null;
};

export type Plan = PlanLimits & {
  id: string;
  name: string;
  /** From which share of a limit, in percent, the tenant counts as near it. */
  nearLimitPercent: number;
  /** Patterns with `*`; empty allows every model. */
  allowedModels: string[];
  strict: boolean;
  defaultOutputTokens: number;
  /** What the cost limit does with a model that has no price; null: as the agency has it. */
  unpricedPolicy: "refuse" | "pass" | null;
};

/** On a plan in [startsAt, endsAt); an end of null is open. */
export type Subscription = { plan: Plan; startsAt: Date; endsAt: Date | null };

export type Tenant = {
  id: string;
  status: "active" | "suspended";
  timeZone: string;
  /** The manual override: null is none, 0 blocks all. */
  dailyTokenLimit: number | null;
  dailyTokenLimitExpiresAt: Date | null;
  subscriptions: Subscription[];
  /** What a tenant without a subscription is on. */
  defaultPlan: Plan | null;
};

export type KeyLimits = {
  id: string;
  dailyTokenLimit: number | null;
  monthlyTokenLimit: number | null;
  dailyRequestLimit: number | null;
  monthlyRequestLimit: number | null;
  requestsPerMinute: number | null;
  concurrency: number | null;
};

export type Amount = { used: number; reserved: number };

/** What one subject (a tenant or a key, by its id) used in [startsAt, endsAt). */
export type Counter = {
  subjectId: string;
  window: "day" | "month";
  startsAt: Date;
  endsAt: Date;
  requests: Amount;
  tokens: Amount;
  cost: Amount;
};

/** A tenant with what has been counted for it. */
export type MeteredTenant = Tenant & { counters: Counter[] };

/** A cap that applies to a call. */
export type Limit = {
  subject: "tenant" | "key";
  subjectId: string;
  metric: Metric;
  window: Window;
  cap: number;
  origin: "plan" | "override" | "key";
};

/** A limit and how much of it is taken. `remaining` is never below zero. */
export type Headroom = Limit & Amount & { remaining: number; resetsAt: Date };
