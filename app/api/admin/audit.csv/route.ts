import { auditColumns, exportAuditEvents } from "@/lib/audit/export-audit-events";
import { exportAuditQuery } from "@/lib/audit/schema";
import { requireViewer } from "@/lib/auth/require-staff";
import { csvResponse } from "@/lib/http/csv";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";

export const GET = route(async (request) => {
  await requireViewer(request);
  const filter = readQuery(request, exportAuditQuery);

  return csvResponse("audit.csv", [...auditColumns], exportAuditEvents(filter));
});
