"use client";

import { Amount } from "@/components/ui/amount";
import { Badge } from "@/components/ui/badge";
import type { Quota, QuotaLimit } from "@/lib/tenants/schema";
import { defaultNearLimitPercent, inReadingOrder, isLeastLeft, nameOfLimit } from "./headroom";
import { HeadroomBar } from "./headroom-bar";

const origins = { plan: "from the plan", override: "override", key: "of the key" };

/** The tenant's own limits as bars; where tokens have none, their plain use. */
export function TenantLimits({ quota }: { quota: Quota }) {
  const limits = inReadingOrder(quota.limits.filter(({ subject }) => subject === "tenant"));
  const hasLimit = (window: QuotaLimit["window"]) =>
    limits.some((limit) => limit.metric === "tokens" && limit.window === window);

  return (
    <ul className="grid gap-5">
      {limits.map((limit) => (
        <LimitItem key={`${limit.metric}-${limit.window}`} limit={limit} quota={quota} />
      ))}
      {!hasLimit("day") && <UnlimitedItem name="Tokens today" tokens={quota.today.tokens} />}
      {!hasLimit("month") && <UnlimitedItem name="Tokens this month" tokens={quota.month.tokens} />}
    </ul>
  );
}

export function LimitItem({ limit, quota, name }: { limit: QuotaLimit; quota: Quota; name?: string }) {
  const isDailyTokenOverride = limit.origin === "override";

  return (
    <li>
      <div className="mb-1.5 flex flex-wrap items-center gap-2">
        <span className="font-medium">{name ?? nameOfLimit(limit)}</span>
        <span className="text-caption text-muted">{origins[limit.origin]}</span>
        {isLeastLeft(limit, quota.limits) && <Badge tone="accent">Least left</Badge>}
      </div>
      {limit.window === "minute" ? (
        <p className="text-muted">
          At most <Amount value={limit.cap} unit="calls a minute" /> calls in any minute.
        </p>
      ) : (
        <HeadroomBar
          limit={limit}
          timeZone={quota.timeZone}
          nearLimitPercent={quota.plan?.nearLimitPercent ?? defaultNearLimitPercent}
          {...(isDailyTokenOverride && { planCap: quota.dailyTokenLimit.fromPlan })}
        />
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
