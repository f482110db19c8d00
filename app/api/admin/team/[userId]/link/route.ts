import { requireOwner } from "@/lib/auth/require-staff";
import { readId } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { renewLink } from "@/lib/people/change-people";

export const POST = route<{ userId: string }>(async (request, { params }) => {
  const actor = await requireOwner(request);
  const userId = readId((await params).userId, "person");

  const link = await renewLink({ userId, tenantId: null, actor, now: new Date() });
  return Response.json(link, { status: 201 });
});
