import { requireClient } from "@/lib/auth/require-client";
import { csvResponse } from "@/lib/http/csv";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { columnsFor } from "@/lib/usage/audience";
import { exportRequests, requestColumns } from "@/lib/usage/export-requests";
import { ownExportRequestsQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  const now = new Date();
  const { tenantId } = await requireClient(request, now);
  const { tenant: _, ...query } = readQuery(request, ownExportRequestsQuery);

  const rows = exportRequests({ ...query, tenantId, audience: "client" });
  return csvResponse("requests.csv", columnsFor("client", requestColumns), rows);
});
