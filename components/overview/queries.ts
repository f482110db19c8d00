import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { Overview, OverviewUse, UseSpan } from "@/lib/overview/schema";

const refreshMs = 10_000;
/** A month of thousands of clients takes a while to read, and moves little. */
const monthRefreshMs = 30_000;

export const overviewQueries = {
  all: () => ["overview"] as const,
  now: () =>
    queryOptions({
      queryKey: [...overviewQueries.all(), "now"] as const,
      queryFn: ({ signal }) => getJson<Overview>("/api/admin/overview", { signal }),
      refetchInterval: refreshMs,
    }),
  use: (span: UseSpan) =>
    queryOptions({
      queryKey: [...overviewQueries.all(), "use", span] as const,
      queryFn: ({ signal }) => getJson<OverviewUse>(`/api/admin/overview/use?span=${span}`, { signal }),
      placeholderData: keepPreviousData,
      refetchInterval: span === "month" ? monthRefreshMs : refreshMs,
    }),
};

/** The clients that the overview lists. */
export const mostUsedFilter = { sort: "-tokens", limit: 10 } as const;
