"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Pencil, TrendingUp } from "lucide-react";
import { useState } from "react";
import { AdjustmentSection } from "@/components/adjustments/adjustment-section";
import { keyQueries } from "@/components/keys/queries";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { countOf } from "@/components/ui/format-amount";
import { formatInstant, formatRelative } from "@/components/ui/format-time";
import { useNow } from "@/components/ui/now";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { forgetDraft } from "@/components/ui/use-form";
import { LimitTable } from "@/components/usage/limit-table";
import type { Quota, Tenant } from "@/lib/tenants/schema";
import { useCurrentTenant } from "./current-tenant";
import { EditTenantDialog } from "./edit-tenant-dialog";
import { OverrideForm, overrideDraft } from "./override-form";
import { OverrideHistory, overrideEvents } from "./override-history";
import { tenantQueries } from "./queries";
import { raiseOf, raisePercent } from "./raise";
import { RaiseDialog } from "./raise-dialog";
import { RefusalList } from "./refusal-list";
import { StandingNotice } from "./standing-notice";

export function TenantLimitsPage() {
  const tenant = useCurrentTenant();
  const canEdit = useCanEdit();
  const [open, setOpen] = useState<"plan" | "raise" | null>(null);
  // The form of the override begins anew with what a raise, or its undo, has set.
  const [raises, setRaises] = useState(0);
  const { data: quota, error, refetch } = useQuery(tenantQueries.quota(tenant.id));
  const { data: keys } = useQuery(keyQueries.ofTenant(tenant.id));
  if (error && !quota) return <ErrorState title="The limits could not be loaded" error={error} onRetry={refetch} />;

  return (
    <>
      <Section
        title="Do calls pass?"
        actions={
          canEdit && (
            <>
              {quota && raiseOf(quota) && (
                <Button onClick={() => setOpen("raise")}>
                  <TrendingUp aria-hidden="true" />+{raisePercent} % until midnight
                </Button>
              )}
              <Button onClick={() => setOpen("plan")}>
                <Pencil aria-hidden="true" />
                Change plan
              </Button>
            </>
          )
        }
      >
        <div className="page-gutter mb-4">
          {quota ? <StandingNotice quota={quota} keys={keys?.items} /> : <Skeleton className="h-16 max-w-xl" />}
        </div>
        <LimitTable quota={quota} keys={keys?.items} />
      </Section>
      <Section title="Refused in the last 24 hours">
        <RefusalList tenant={tenant} />
      </Section>
      <Section title="Override of the daily tokens">
        <div className="page-gutter grid gap-5">
          {quota ? <WhereFrom tenant={tenant} quota={quota} /> : <Skeleton className="h-18 max-w-xl" />}
          {canEdit && <OverrideForm key={`${tenant.id} ${raises}`} tenant={tenant} />}
        </div>
      </Section>
      <Section title="History of the override">
        <OverrideHistory tenant={tenant} />
      </Section>
      <AdjustmentSection tenant={tenant} />
      {open === "plan" && <EditTenantDialog tenant={tenant} onClose={() => setOpen(null)} />}
      {open === "raise" && quota && (
        <RaiseDialog
          tenant={tenant}
          quota={quota}
          onRaised={() => {
            forgetDraft(overrideDraft(tenant));
            setRaises((count) => count + 1);
          }}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

/** The plan's limit, the override with who set it and why, and which of them counts. */
function WhereFrom({ tenant, quota }: { tenant: Tenant; quota: Quota }) {
  const now = useNow();
  const { plan, dailyTokenLimit: limit, timeZone } = quota;
  const { data: history } = useInfiniteQuery(overrideEvents(tenant.id));
  const set = history?.pages[0]?.items[0];
  const until = limit.overrideExpiresAt
    ? ` until ${formatInstant(new Date(limit.overrideExpiresAt), timeZone)} ${timeZone}`
    : "";
  const facts = [
    { term: "Plan", words: plan ? `${tokens(limit.fromPlan)} (${plan.name})` : "No plan, so no limit" },
    { term: "Override", words: limit.override === null ? "None" : `${tokens(limit.override)}${until}` },
    ...(limit.override !== null && set
      ? [{ term: "Set by", words: `${set.actorName}, ${formatRelative(new Date(set.at), now)}` }]
      : []),
    ...(limit.overrideReason ? [{ term: "Reason", words: limit.overrideReason }] : []),
    {
      term: "In force",
      words: `${tokens(limit.effective)}, ${limit.override === null ? "from the plan" : "from the override"}`,
    },
  ];

  return (
    <dl className="grid gap-1">
      {facts.map(({ term, words }) => (
        <div key={term} className="flex gap-3 last:font-medium">
          <dt className="w-20 shrink-0 text-muted">{term}</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">{words}</dd>
        </div>
      ))}
    </dl>
  );
}

function tokens(limit: number | null): string {
  if (limit === null) return "No limit";
  return limit === 0 ? "0 tokens: every call is refused" : `${countOf(limit, "token")} a day`;
}
