"use client";

import { notifyManager, useQuery, useQueryClient } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { OwnPage } from "@/lib/usage/schema";
import { ownPageKey, partsOf } from "./own-page";
import { refreshMs, shownMonths, usageUrl } from "./queries";
import { useUrlRange } from "./range-filter";

/**
 * Keeps all figures of a client's page of one moment: they come in one answer, and change together. It draws nothing, so that
 * nothing is drawn again while it asks.
 */
export function OwnPageRefresh({ tenantSlug, timeZone }: { tenantSlug: string; timeZone: string }) {
  const queryClient = useQueryClient();
  const range = useUrlRange(timeZone);
  const asked = { tenantSlug, range };

  useQuery({
    queryKey: ownPageKey(asked),
    queryFn: async ({ signal }) => {
      const scope = { audience: "client", tenantSlug } as const;
      const page = await getJson<OwnPage>(usageUrl(scope, "page", { ...range, months: shownMonths }), { signal });
      notifyManager.batch(() => {
        for (const [queryKey, answer] of partsOf(page, asked)) {
          // What is on its way for one part alone would be of another moment.
          void queryClient.cancelQueries({ queryKey, exact: true });
          queryClient.setQueryData(queryKey, answer);
        }
      });
      return null;
    },
    refetchInterval: refreshMs,
  });
  return null;
}
