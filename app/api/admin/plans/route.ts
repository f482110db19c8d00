import { requireAdmin, requireViewer } from "@/lib/auth/require-staff";
import { createdResponse } from "@/lib/http/etag";
import { readNewInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { createPlan } from "@/lib/plans/create-plan";
import { createPlanInput, type PlanList } from "@/lib/plans/schema";
import { listPlans } from "@/lib/plans/store";

export const GET = route(async (request) => {
  await requireViewer(request);

  return Response.json({ items: await listPlans(new Date()) } satisfies PlanList);
});

export const POST = route(async (request) => {
  const actor = await requireAdmin(request);
  const input = await readNewInput(request, createPlanInput);

  const plan = await createPlan({ input, actor, now: new Date() });
  return createdResponse(plan);
});
