import { requireClient } from "@/lib/auth/require-client";
import { csvResponse } from "@/lib/http/csv";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { columnsFor } from "@/lib/usage/audience";
import { exportMonthly, monthColumns } from "@/lib/usage/export-monthly";
import { ownMonthlyQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  const now = new Date();
  const { tenantId } = await requireClient(request, now);
  const { tenant: _, ...query } = readQuery(request, ownMonthlyQuery);

  const rows = await exportMonthly({ ...query, tenantId, audience: "client", now });
  return csvResponse("months.csv", columnsFor("client", monthColumns), rows);
});
