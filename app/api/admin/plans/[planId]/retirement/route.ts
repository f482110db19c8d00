import { requireAdmin } from "@/lib/auth/require-staff";
import { readId } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { reinstatePlan, retirePlan } from "@/lib/plans/retire-plan";

type Params = { planId: string };

export const POST = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const planId = readId((await params).planId, "plan");

  return Response.json(await retirePlan({ planId, actor, now: new Date() }));
});

export const DELETE = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const planId = readId((await params).planId, "plan");

  return Response.json(await reinstatePlan({ planId, actor, now: new Date() }));
});
