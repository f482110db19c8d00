import { requireViewer } from "@/lib/auth/require-staff";
import { csvResponse } from "@/lib/http/csv";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { columnsFor } from "@/lib/usage/audience";
import { monthColumns, monthRows } from "@/lib/usage/export-monthly";
import { readMonthly } from "@/lib/usage/read-monthly";
import { monthlyQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  await requireViewer(request);
  const query = readQuery(request, monthlyQuery);

  const months = await readMonthly({ ...query, audience: "staff", now: new Date() });
  return csvResponse("months.csv", columnsFor("staff", monthColumns), monthRows(months));
});
