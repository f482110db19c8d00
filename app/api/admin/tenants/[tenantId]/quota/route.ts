import { requireViewer } from "@/lib/auth/require-staff";
import { readId } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { readQuota } from "@/lib/tenants/read-quota";

export const GET = route<{ tenantId: string }>(async (request, { params }) => {
  await requireViewer(request);
  const tenantId = readId((await params).tenantId, "client");

  return Response.json(await readQuota({ tenantId, now: new Date() }));
});
