"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useIsOwner } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { countOf } from "@/components/ui/format-amount";
import { Section } from "@/components/ui/section";
import type { Retention, TenantRetention } from "@/lib/retention/schema";
import { settingsQueries } from "./queries";
import { RetentionDialog } from "./retention-dialog";
import { TenantRetentionDialog } from "./tenant-retention-dialog";

type Open = { what: "agency" } | { what: "tenant"; tenant: TenantRetention | null } | null;

/** For how long single calls are kept. Their totals stay. */
export function RetentionSection() {
  const { data, error, refetch } = useQuery(settingsQueries.retention());
  const { data: settings } = useQuery(settingsQueries.settings());
  const [open, setOpen] = useState<Open>(null);
  const isOwner = useIsOwner();
  const close = () => setOpen(null);

  return (
    <Section
      title="How long calls are kept"
      actions={
        isOwner && (
          <>
            <Button disabled={!data} onClick={() => setOpen({ what: "tenant", tenant: null })}>
              <Plus aria-hidden="true" />
              Add exception
            </Button>
            <Button disabled={!settings} onClick={() => setOpen({ what: "agency" })}>
              Change
            </Button>
          </>
        )
      }
    >
      <div className="page-gutter grid gap-3">
        {error && !data && <ErrorState title="This could not be loaded" error={error} onRetry={refetch} />}
        {data && <Words retention={data} onOpen={isOwner ? (tenant) => setOpen({ what: "tenant", tenant }) : null} />}
      </div>
      {settings && open?.what === "agency" && <RetentionDialog settings={settings} onClose={close} />}
      {data && open?.what === "tenant" && (
        <TenantRetentionDialog tenant={open.tenant} exceptions={data.tenants} onClose={close} />
      )}
    </Section>
  );
}

type WordsProps = { retention: Retention; onOpen: ((tenant: TenantRetention) => void) | null };

function Words({ retention: { months, tenants }, onOpen }: WordsProps) {
  return (
    <>
      <p className="max-w-[72ch] text-muted">
        {months === null ? (
          "Every call is kept for ever."
        ) : (
          <>
            Calls are kept for the present month and the{" "}
            <b className="font-medium text-fg">{countOf(months, "month")}</b> before it. Their totals by hour, day and
            month stay; what goes is the list of single calls.
          </>
        )}
      </p>
      {tenants.length > 0 && (
        <ul aria-label="Exceptions" className="grid max-w-xl divide-y divide-line border-y border-line">
          {tenants.map((tenant) => (
            <li key={tenant.tenantId} className="flex min-h-10 items-center gap-3 py-1">
              <Link
                href={`/clients/${tenant.tenantSlug}`}
                dir="auto"
                className="min-w-0 grow truncate rounded-inner text-left font-medium hover:underline"
                title={tenant.tenantName}
              >
                {tenant.tenantName}
              </Link>
              <span className="shrink-0 text-muted">{countOf(tenant.months, "month")}</span>
              {onOpen && (
                <Button
                  aria-label={`Change how long calls of ${tenant.tenantName} are kept`}
                  onClick={() => onOpen(tenant)}
                >
                  Change
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
