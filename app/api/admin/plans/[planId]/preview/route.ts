import { requireAdmin } from "@/lib/auth/require-staff";
import { readId, readInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { previewPlan } from "@/lib/plans/preview-plan";
import { updatePlanInput } from "@/lib/plans/schema";

type Params = { planId: string };

export const POST = route<Params>(async (request, { params }) => {
  await requireAdmin(request);
  const planId = readId((await params).planId, "plan");
  const input = await readInput(request, updatePlanInput);

  return Response.json(await previewPlan({ planId, input, now: new Date() }));
});
