"use client";

import type { ReactNode } from "react";
import { useViewer } from "@/components/shell/viewer";
import { countOf, formatExact } from "@/components/ui/format-amount";
import { formatClock, formatRelative } from "@/components/ui/format-time";
import { useNow } from "@/components/ui/now";
import type { Quota, QuotaLimit } from "@/lib/tenants/schema";
import { inReadingOrder, leastLeft, refusedSince, shareInWords } from "./headroom";
import { HeadroomHero } from "./headroom-bar";
import { barOf } from "./limit-list";

/** One sentence: what is left under the limit that will be met first, and when it renews. */
export function HowMuchIsLeft({ quota }: { quota: Quota }) {
  const now = useNow();
  const { agency } = useViewer();
  const limit = decisiveLimit(quota);

  if (quota.status === "suspended") {
    return (
      <Statement title="Calls are paused" isBad>
        {agency.name} has suspended this account, so every call is refused. Your figures and keys are kept; ask{" "}
        {agency.name} to resume it.
      </Statement>
    );
  }
  if (limit === null) {
    return (
      <Statement title={`${countOf(quota.today.tokens, "token")} used today`}>
        There is no limit on what you may use.
      </Statement>
    );
  }
  return (
    <>
      <Statement title={sentenceOf(limit)} isBad={limit.remaining === 0}>
        {limit.cap === 0 ? (
          `The limit is set to 0, so every call is refused. Ask ${agency.name} to raise it.`
        ) : (
          <>
            {limit.remaining === 0 &&
              (limit.used < limit.cap
                ? "The rest is reserved by calls under way; until they end, further ones are refused. "
                : refusalOf(limit, { timeZone: quota.timeZone, now }))}
            {renewalOf(limit, quota.timeZone, now)}
          </>
        )}
      </Statement>
      <div className="mt-5">
        <HeadroomHero {...barOf(limit, quota)} />
      </div>
    </>
  );
}

function Statement({ title, isBad, children }: { title: string; isBad?: boolean; children: ReactNode }) {
  return (
    <>
      <h1 className={isBad ? "text-display font-semibold text-over" : "text-display font-semibold"}>{title}</h1>
      <p className="mt-1.5 max-w-[72ch] text-muted">{children}</p>
    </>
  );
}

/**
 * The limit of the client itself that matters most: one that is used up, of several the one that renews last, else one that is near, else the day's tokens.
 * Limits of single keys bind only those. Null where none says what is left: of an unlimited client, and of a suspended one.
 */
export function decisiveLimit({ limits, status }: Quota): QuotaLimit | null {
  if (status === "suspended") return null;
  const own = inReadingOrder(limits.filter(({ subject, window }) => subject === "tenant" && window !== "minute"));
  const near = own.filter((limit) => limit.near);
  return (
    leastLeft(own.filter(({ remaining }) => remaining === 0)) ??
    near.find(({ binding }) => binding) ??
    near[0] ??
    own[0] ??
    null
  );
}

function sentenceOf({ metric, window, cap, remaining }: QuotaLimit): string {
  const span = window === "day" ? "today" : "this month";
  if (metric === "cost") return `${cap === 0 ? "0\u00a0%" : shareInWords(remaining, cap)} of the budget left ${span}`;
  return `${formatExact(remaining)} of ${countOf(cap, metric === "tokens" ? "token" : "call")} left ${span}`;
}

function refusalOf(limit: QuotaLimit, clock: { timeZone: string; now: Date }): string {
  const since = refusedSince(limit, clock);
  return since === null
    ? "Calls are refused until it renews. "
    : `Calls have been refused since ${since}, and will be until it renews. `;
}

function renewalOf({ resetsAt }: QuotaLimit, timeZone: string, now: Date): string {
  const renews = new Date(resetsAt);
  const clock = formatClock(renews, { timeZone, now });
  const when = clock === "00:00" ? "at midnight" : clock.includes(",") ? `on ${clock}` : `at ${clock}`;
  return `Renews ${when}, ${timeZone} (${formatRelative(renews, now)}).`;
}
