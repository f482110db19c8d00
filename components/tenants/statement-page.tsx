"use client";

import { useQuery } from "@tanstack/react-query";
import { Printer } from "lucide-react";
import { useViewer } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { formatInstant } from "@/components/ui/format-time";
import { useNow } from "@/components/ui/now";
import { Section } from "@/components/ui/section";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { useUrlState } from "@/components/ui/use-url-state";
import { usageQueries } from "@/components/usage/queries";
import { useCurrentTenant } from "./current-tenant";
import { Statement } from "./statement";

/** A client's month on one sheet of paper: what to hand over with the invoice. What the agency pays is not on it. */
export function StatementPage() {
  const tenant = useCurrentTenant();
  const { agency } = useViewer();
  const now = useNow();
  const { data, error, refetch } = useQuery(usageQueries.monthly({ audience: "staff", tenantId: tenant.id }));
  const [chosen, setChosen] = useUrlState("month");
  const months = data?.items ?? [];
  const month = months.find((each) => each.month === chosen) ?? months[0];
  if (error && !data) return <ErrorState title="The statement could not be loaded" error={error} onRetry={refetch} />;

  return (
    <Section
      title={month ? `Statement for ${monthInWords(month.month)}` : "Statement"}
      actions={
        <>
          <Select
            aria-label="Month"
            value={month?.month ?? ""}
            onChange={(next) => setChosen(next === months[0]?.month ? "" : next)}
            options={months.map((each) => ({ value: each.month, label: monthInWords(each.month) }))}
            className="w-44"
          />
          <Button look="primary" className="h-9" onClick={() => window.print()}>
            <Printer aria-hidden="true" />
            Print
          </Button>
        </>
      }
    >
      {month ? <Statement month={month} isRunning={month === months[0]} /> : <Skeleton className="mx-6 h-40" />}
      <p className="page-gutter mt-6 text-caption text-muted">
        {agency.name} · as of {formatInstant(now, tenant.timeZone)} {tenant.timeZone}, where the month begins and ends
        at midnight.
      </p>
    </Section>
  );
}

/** `2026-11` as `November 2026`. */
function monthInWords(month: string): string {
  return new Date(`${month}-15T12:00Z`).toLocaleDateString("en-GB", {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
}
