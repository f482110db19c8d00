import { requireAdmin } from "@/lib/auth/require-staff";
import { readId } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { renewLink } from "@/lib/people/change-people";

export const POST = route<{ tenantId: string; userId: string }>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const { tenantId, userId } = await params;
  const place = { tenantId: readId(tenantId, "client"), userId: readId(userId, "person") };

  const link = await renewLink({ ...place, actor, now: new Date() });
  return Response.json(link, { status: 201 });
});
