import { requireAdmin, requireViewer } from "@/lib/auth/require-staff";
import { readId, readNewInput, readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { getTenant } from "@/lib/tenants/store";
import { adjustUsage } from "@/lib/usage/adjust-usage";
import { adjustmentQuery, createAdjustmentInput } from "@/lib/usage/adjustment-schema";
import { listAdjustments } from "@/lib/usage/list-adjustments";

type Params = { tenantId: string };

export const GET = route<Params>(async (request, { params }) => {
  await requireViewer(request);
  const { id } = await getTenant(readId((await params).tenantId, "client"), new Date());
  const query = readQuery(request, adjustmentQuery);

  return Response.json(await listAdjustments({ ...query, tenantId: id }));
});

export const POST = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const tenantId = readId((await params).tenantId, "client");
  const input = await readNewInput(request, createAdjustmentInput);

  const adjustment = await adjustUsage({ tenantId, input, actor, now: new Date() });
  return Response.json(adjustment, { status: 201 });
});
