"use client";

import { Amount } from "@/components/ui/amount";
import { Badge } from "@/components/ui/badge";
import { unitOf } from "@/components/ui/format-amount";
import type { Quota, QuotaLimit } from "@/lib/tenants/schema";
import { defaultNearLimitPercent, inReadingOrder, isLeastLeft, nameOfLimit } from "./headroom";
import { HeadroomBar } from "./headroom-bar";

const origins = { plan: "from the plan", override: "override", key: "of the key" };

/** The tenant's own limits as bars, but for the one that is shown elsewhere; where tokens have none, their plain use. */
export function TenantLimits({ quota, except = null }: { quota: Quota; except?: QuotaLimit | null }) {
  const limits = inReadingOrder(quota.limits.filter(({ subject }) => subject === "tenant"));
  const hasLimit = (window: QuotaLimit["window"]) =>
    limits.some((limit) => limit.metric === "tokens" && limit.window === window);

  return (
    <ul className="grid gap-5">
      {limits
        .filter((limit) => limit !== except)
        .map((limit) => (
          <LimitItem key={`${limit.metric}-${limit.window}`} limit={limit} quota={quota} />
        ))}
      {!hasLimit("day") && <UnlimitedItem name="Tokens today" tokens={quota.today.tokens} />}
      {!hasLimit("month") && <UnlimitedItem name="Tokens this month" tokens={quota.month.tokens} />}
    </ul>
  );
}

/** What a bar needs to know of a limit. */
export function barOf(limit: QuotaLimit, { timeZone, plan, dailyTokenLimit }: Quota) {
  return {
    limit,
    timeZone,
    nearLimitPercent: plan?.nearLimitPercent ?? defaultNearLimitPercent,
    ...(limit.origin === "override" && { planCap: dailyTokenLimit.fromPlan }),
  };
}

export function LimitItem({ limit, quota, name }: { limit: QuotaLimit; quota: Quota; name?: string }) {
  return (
    <li className="min-w-0">
      <div className="mb-1.5 flex flex-wrap items-center gap-2">
        <span className="min-w-0 font-medium [overflow-wrap:anywhere]">{name ?? nameOfLimit(limit)}</span>
        <span className="text-caption text-muted">{origins[limit.origin]}</span>
        {isLeastLeft(limit, quota.limits) && <Badge tone="accent">Tightest</Badge>}
      </div>
      {limit.window === "minute" ? (
        <p className="text-muted">
          At most <Amount value={limit.cap} unit="calls a minute" /> {unitOf(limit.cap, "call")} in any minute.
        </p>
      ) : (
        <HeadroomBar {...barOf(limit, quota)} />
      )}
    </li>
  );
}

function UnlimitedItem({ name, tokens }: { name: string; tokens: number }) {
  return (
    <li>
      <span className="font-medium">{name}</span>
      <p className="text-muted">
        No limit · <Amount value={tokens} unit="tokens" /> used
      </p>
    </li>
  );
}
