import { requireAdmin } from "@/lib/auth/require-staff";
import { entityResponse, ifMatchOf } from "@/lib/http/etag";
import { readId, readInput } from "@/lib/http/read-input";
import { noContent, route } from "@/lib/http/respond";
import { changeMemberRole, removePerson } from "@/lib/people/change-people";
import { changeMemberInput } from "@/lib/people/schema";

type Params = { tenantId: string; userId: string };

export const PATCH = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const { tenantId, userId } = await params;
  const place = { tenantId: readId(tenantId, "client"), userId: readId(userId, "person") };
  const { role } = await readInput(request, changeMemberInput);

  const change = { ...place, role, ifMatch: ifMatchOf(request), actor, now: new Date() };
  return entityResponse(await changeMemberRole(change));
});

export const DELETE = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const { tenantId, userId } = await params;
  const place = { tenantId: readId(tenantId, "client"), userId: readId(userId, "person") };

  await removePerson({ ...place, actor, now: new Date() });
  return noContent();
});
