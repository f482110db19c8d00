"use client";

import { useQuery } from "@tanstack/react-query";
import { useViewer } from "@/components/shell/viewer";
import { countOf } from "@/components/ui/format-amount";
import { formatInstant } from "@/components/ui/format-time";
import { Notice } from "@/components/ui/notice";
import { settingsQueries } from "./queries";

/** What would go, before it goes. `months` null keeps all. */
export function RetentionPreviewNote({ months, tenantId }: { months: number | null; tenantId: string | null }) {
  const { timeZone } = useViewer().agency;
  const { data, error } = useQuery(settingsQueries.retentionPreview({ months, tenantId }));
  if (error && !data) return <Notice tone="near">What would go could not be counted: {error.message}</Notice>;
  if (!data) return <Notice tone="info">Counting what would go …</Notice>;
  if (data.calls === 0) return <Notice tone="info">Nothing goes now.</Notice>;

  const { calls, tenants, before, oldestAt } = data;
  return (
    <Notice tone="near">
      {countOf(calls, "call")} {tenantId === null && `of ${countOf(tenants, "client")} `}from before{" "}
      {before && formatInstant(new Date(before), "UTC")} UTC go within hours, the oldest from{" "}
      {oldestAt && formatInstant(new Date(oldestAt), timeZone)}. They cannot be brought back; their totals stay.
    </Notice>
  );
}
