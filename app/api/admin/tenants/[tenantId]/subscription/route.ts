import { requireAdmin } from "@/lib/auth/require-staff";
import { ifMatchOf } from "@/lib/http/etag";
import { readId, readNewInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { subscribeInput } from "@/lib/tenants/schema";
import { subscribeTenant } from "@/lib/tenants/subscribe-tenant";

export const PUT = route<{ tenantId: string }>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const tenantId = readId((await params).tenantId, "client");
  const input = await readNewInput(request, subscribeInput);

  return Response.json(await subscribeTenant({ tenantId, input, ifMatch: ifMatchOf(request), actor, now: new Date() }));
});
