import { listAuditEvents } from "@/lib/audit/list-audit-events";
import { auditQuery } from "@/lib/audit/schema";
import { requireViewer } from "@/lib/auth/require-staff";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";

export const GET = route(async (request) => {
  await requireViewer(request);
  const query = readQuery(request, auditQuery);

  return Response.json(await listAuditEvents(query));
});
