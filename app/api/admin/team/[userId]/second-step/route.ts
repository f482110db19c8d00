import { requireOwner } from "@/lib/auth/require-staff";
import { readId } from "@/lib/http/read-input";
import { noContent, route } from "@/lib/http/respond";
import { resetSecondStep } from "@/lib/people/change-people";

export const DELETE = route<{ userId: string }>(async (request, { params }) => {
  const actor = await requireOwner(request);
  const userId = readId((await params).userId, "person");

  await resetSecondStep({ userId, tenantId: null, actor, now: new Date() });
  return noContent();
});
