"use client";

import { useQuery } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { keyQueries } from "@/components/keys/queries";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { countOf } from "@/components/ui/format-amount";
import { formatInstant } from "@/components/ui/format-time";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { LimitTable } from "@/components/usage/limit-table";
import type { Quota } from "@/lib/tenants/schema";
import { useCurrentTenant } from "./current-tenant";
import { EditTenantDialog } from "./edit-tenant-dialog";
import { OverrideForm } from "./override-form";
import { tenantQueries } from "./queries";

export function TenantLimitsPage() {
  const tenant = useCurrentTenant();
  const canEdit = useCanEdit();
  const [editing, setEditing] = useState(false);
  const { data: quota, error, refetch } = useQuery(tenantQueries.quota(tenant.id));
  const { data: keys } = useQuery(keyQueries.ofTenant(tenant.id));
  if (error && !quota) return <ErrorState title="The limits could not be loaded" error={error} onRetry={refetch} />;

  return (
    <>
      <Section title="Override">
        <div className="page-gutter grid gap-5">
          {quota ? <WhereFrom quota={quota} /> : <Skeleton className="h-18 max-w-xl" />}
          {canEdit && <OverrideForm key={tenant.id} tenant={tenant} />}
        </div>
      </Section>
      <Section
        title="All limits"
        actions={
          canEdit && (
            <Button onClick={() => setEditing(true)}>
              <Pencil aria-hidden="true" />
              Change plan
            </Button>
          )
        }
      >
        <LimitTable quota={quota} keys={keys?.items} />
      </Section>
      {editing && <EditTenantDialog tenant={tenant} onClose={() => setEditing(false)} />}
    </>
  );
}

/** The plan's limit, the override, and which of them counts. */
function WhereFrom({ quota: { plan, dailyTokenLimit: limit, timeZone } }: { quota: Quota }) {
  const until = limit.overrideExpiresAt
    ? ` until ${formatInstant(new Date(limit.overrideExpiresAt), timeZone)} ${timeZone}`
    : "";
  const facts = [
    { term: "Plan", words: plan ? `${tokens(limit.fromPlan)} (${plan.name})` : "No plan, so no limit" },
    { term: "Override", words: limit.override === null ? "None" : `${tokens(limit.override)}${until}` },
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
