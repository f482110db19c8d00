import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { SearchResult } from "@/lib/search/schema";

/** So much of a secret is shown anywhere; no more of one that is pasted goes into an address. */
const shownOfSecret = 12;
const longestQuery = 100;

export const searchQueries = {
  all: () => ["search"] as const,
  /** While somebody types on, the last answer stays. */
  find: (typed: string) => {
    const sought = typed.startsWith("slc_") ? typed.slice(0, shownOfSecret) : typed.slice(0, longestQuery);
    return queryOptions({
      queryKey: [...searchQueries.all(), sought] as const,
      queryFn: ({ signal }) =>
        getJson<SearchResult>(`/api/admin/search?${new URLSearchParams({ q: sought })}`, { signal }),
      enabled: sought !== "",
      placeholderData: keepPreviousData,
    });
  },
};
