import { requireAdmin, requireViewer } from "@/lib/auth/require-staff";
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

  return Response.json(await getPlan(planId, new Date()));
});

export const PATCH = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const planId = readId((await params).planId, "plan");
  const input = await readInput(request, updatePlanInput);

  return Response.json(await updatePlan({ planId, input, actor, now: new Date() }));
});

export const DELETE = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const planId = readId((await params).planId, "plan");

  await deletePlan({ planId, actor, now: new Date() });
  return noContent();
});
