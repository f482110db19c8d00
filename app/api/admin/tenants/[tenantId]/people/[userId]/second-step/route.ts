import { requireAdmin } from "@/lib/auth/require-staff";
import { readId } from "@/lib/http/read-input";
import { noContent, route } from "@/lib/http/respond";
import { resetSecondStep } from "@/lib/people/change-people";

export const DELETE = route<{ tenantId: string; userId: string }>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const { tenantId, userId } = await params;
  const place = { tenantId: readId(tenantId, "client"), userId: readId(userId, "person") };

  await resetSecondStep({ ...place, actor, now: new Date() });
  return noContent();
});
