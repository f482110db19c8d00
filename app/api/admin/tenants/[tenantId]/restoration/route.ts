import { requireAdmin } from "@/lib/auth/require-staff";
import { readId } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { restoreTenant } from "@/lib/tenants/restore-tenant";

export const POST = route<{ tenantId: string }>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const tenantId = readId((await params).tenantId, "client");

  return Response.json(await restoreTenant({ tenantId, actor, now: new Date() }));
});
