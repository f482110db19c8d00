import { requireViewer } from "@/lib/auth/require-staff";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { previewRetention } from "@/lib/retention/preview";
import { previewQuery } from "@/lib/retention/schema";

export const GET = route(async (request) => {
  await requireViewer(request);
  const { months = null, tenantId = null } = readQuery(request, previewQuery);

  return Response.json(await previewRetention({ months, tenantId, now: new Date() }));
});
