import { requireClient } from "@/lib/auth/require-client";
import { csvResponse } from "@/lib/http/csv";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { columnsFor } from "@/lib/usage/audience";
import { exportSources, sourceColumns } from "@/lib/usage/export-sources";
import { ownSourcesQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  const now = new Date();
  const { tenantId } = await requireClient(request, now);
  const { tenant: _, ...query } = readQuery(request, ownSourcesQuery);

  const rows = await exportSources({ ...query, tenantId, audience: "client", now });
  return csvResponse("sources.csv", columnsFor("client", sourceColumns), rows);
});
