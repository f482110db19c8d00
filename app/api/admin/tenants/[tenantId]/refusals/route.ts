import { requireViewer } from "@/lib/auth/require-staff";
import { readId } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { readRefusals } from "@/lib/tenants/refusals";

export const GET = route<{ tenantId: string }>(async (request, { params }) => {
  await requireViewer(request);
  const tenantId = readId((await params).tenantId, "client");

  return Response.json(await readRefusals({ tenantId, now: new Date() }));
});
