import { getSettings } from "@/lib/agency/store";
import { requireViewer } from "@/lib/auth/require-staff";
import { route } from "@/lib/http/respond";
import type { Retention } from "@/lib/retention/schema";
import { listTenantRetentions } from "@/lib/retention/store";

export const GET = route(async (request) => {
  await requireViewer(request);

  const [{ retentionMonths: months }, tenants] = await Promise.all([getSettings(), listTenantRetentions()]);
  return Response.json({ months, tenants } satisfies Retention);
});
