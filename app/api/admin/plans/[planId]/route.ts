import { requireAdmin, requireViewer } from "@/lib/auth/require-staff";
import { entityResponse, ifMatchOf } from "@/lib/http/etag";
import { readId, readInput } from "@/lib/http/read-input";
import { noContent, route } from "@/lib/http/respond";
import { deletePlan } from "@/lib/plans/delete-plan";
import { updatePlanInput } from "@/lib/plans/schema";
import { getPlan } from "@/lib/plans/store";
import { updatePlan } from "@/lib/plans/update-plan";

type Params = { planId: string };

export const GET = route<Params>(async (request, { params }) => {
  await requireViewer(request);
  const planId = readId((await params).planId, "plan");

  return entityResponse(await getPlan(planId, new Date()));
});

export const PATCH = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const planId = readId((await params).planId, "plan");
  const input = await readInput(request, updatePlanInput);

  return entityResponse(await updatePlan({ planId, input, ifMatch: ifMatchOf(request), actor, now: new Date() }));
});

export const DELETE = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const planId = readId((await params).planId, "plan");

  await deletePlan({ planId, actor, now: new Date() });
  return noContent();
});
