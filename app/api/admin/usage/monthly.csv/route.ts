import { requireViewer } from "@/lib/auth/require-staff";
import { csvResponse } from "@/lib/http/csv";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { columnsFor } from "@/lib/usage/audience";
import { exportMonthly, monthColumns } from "@/lib/usage/export-monthly";
import { exportMonthlyQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  await requireViewer(request);
  const query = readQuery(request, exportMonthlyQuery);

  const rows = await exportMonthly({ ...query, audience: "staff", now: new Date() });
  return csvResponse("months.csv", columnsFor("staff", monthColumns), rows);
});
