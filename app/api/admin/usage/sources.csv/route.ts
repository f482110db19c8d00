import { requireViewer } from "@/lib/auth/require-staff";
import { csvResponse } from "@/lib/http/csv";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { columnsFor } from "@/lib/usage/audience";
import { exportSources, sourceColumns } from "@/lib/usage/export-sources";
import { sourcesQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  await requireViewer(request);
  const query = readQuery(request, sourcesQuery);

  const rows = await exportSources({ ...query, audience: "staff", now: new Date() });
  return csvResponse("sources.csv", columnsFor("staff", sourceColumns), rows);
});
