import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { getJson, sendJson } from "@/lib/http/client";
import type { PlanList, PlanPreview, UpdatePlanInput } from "@/lib/plans/schema";

export const planQueries = {
  all: () => ["plans"] as const,
  list: () =>
    queryOptions({
      queryKey: [...planQueries.all(), "list"] as const,
      queryFn: ({ signal }) => getJson<PlanList>("/api/admin/plans", { signal }),
    }),
  /** Whom a change would have met lately; what is typed meanwhile leaves the last answer standing. */
  preview: (planId: string, input: UpdatePlanInput) =>
    queryOptions({
      queryKey: [...planQueries.all(), "preview", planId, input] as const,
      queryFn: ({ signal }) => sendJson<PlanPreview>("POST", `/api/admin/plans/${planId}/preview`, input, { signal }),
      placeholderData: keepPreviousData,
    }),
};
