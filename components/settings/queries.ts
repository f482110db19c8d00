import { queryOptions } from "@tanstack/react-query";
import type { AdminTokenList } from "@/lib/admin-tokens/schema";
import type { Settings } from "@/lib/agency/schema";
import type { AlertMails } from "@/lib/alerts/schema";
import { getJson } from "@/lib/http/client";
import type { Retention, RetentionPreview } from "@/lib/retention/schema";

/** Alerts are looked for every minute. */
const alertMailsMs = 60_000;

export const settingsQueries = {
  all: () => ["settings"] as const,
  settings: () =>
    queryOptions({
      queryKey: [...settingsQueries.all(), "agency"] as const,
      queryFn: ({ signal }) => getJson<Settings>("/api/admin/settings", { signal }),
    }),
  alerts: () =>
    queryOptions({
      queryKey: [...settingsQueries.all(), "alerts"] as const,
      queryFn: ({ signal }) => getJson<AlertMails>("/api/admin/settings/alerts", { signal }),
      refetchInterval: alertMailsMs,
    }),
  retention: () =>
    queryOptions({
      queryKey: [...settingsQueries.all(), "retention"] as const,
      queryFn: ({ signal }) => getJson<Retention>("/api/admin/settings/retention", { signal }),
    }),
  retentionPreview: ({ months, tenantId }: { months: number | null; tenantId: string | null }) =>
    queryOptions({
      queryKey: [...settingsQueries.all(), "retention", "preview", tenantId, months] as const,
      queryFn: ({ signal }) => {
        const query = new URLSearchParams({
          ...(months !== null && { months: String(months) }),
          ...(tenantId !== null && { tenantId }),
        });
        return getJson<RetentionPreview>(`/api/admin/settings/retention/preview?${query}`, { signal });
      },
    }),
  tokens: () =>
    queryOptions({
      queryKey: [...settingsQueries.all(), "tokens"] as const,
      queryFn: ({ signal }) => getJson<AdminTokenList>("/api/admin/tokens", { signal }),
    }),
};
