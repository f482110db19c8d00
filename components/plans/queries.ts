import { queryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { PlanList } from "@/lib/plans/schema";

export const planQueries = {
  all: () => ["plans"] as const,
  list: () =>
    queryOptions({
      queryKey: [...planQueries.all(), "list"] as const,
      queryFn: ({ signal }) => getJson<PlanList>("/api/admin/plans", { signal }),
    }),
};
