import { requireOwner } from "@/lib/auth/require-staff";
import { entityResponse, ifMatchOf } from "@/lib/http/etag";
import { readId, readInput } from "@/lib/http/read-input";
import { noContent, route } from "@/lib/http/respond";
import { changeStaffRole, removePerson } from "@/lib/people/change-people";
import { changeStaffInput } from "@/lib/people/schema";

type Params = { userId: string };

export const PATCH = route<Params>(async (request, { params }) => {
  const actor = await requireOwner(request);
  const userId = readId((await params).userId, "person");
  const { role } = await readInput(request, changeStaffInput);

  const change = { userId, tenantId: null, role, ifMatch: ifMatchOf(request), actor, now: new Date() };
  return entityResponse(await changeStaffRole(change));
});

export const DELETE = route<Params>(async (request, { params }) => {
  const actor = await requireOwner(request);
  const userId = readId((await params).userId, "person");

  await removePerson({ userId, tenantId: null, actor, now: new Date() });
  return noContent();
});
