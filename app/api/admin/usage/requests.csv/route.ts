import { requireViewer } from "@/lib/auth/require-staff";
import { csvResponse } from "@/lib/http/csv";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { columnsFor } from "@/lib/usage/audience";
import { exportRequests, requestColumns } from "@/lib/usage/export-requests";
import { exportRequestsQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  await requireViewer(request);
  const query = readQuery(request, exportRequestsQuery);

  return csvResponse(
    "requests.csv",
    columnsFor("staff", requestColumns),
    exportRequests({ ...query, audience: "staff" }),
  );
});
