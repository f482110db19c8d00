import { requireAdmin, requireViewer } from "@/lib/auth/require-staff";
import { entityResponse, ifMatchOf } from "@/lib/http/etag";
import { readId, readInput } from "@/lib/http/read-input";
import { noContent, route } from "@/lib/http/respond";
import { archiveTenant } from "@/lib/tenants/archive-tenant";
import { updateTenantInput } from "@/lib/tenants/schema";
import { getTenant } from "@/lib/tenants/store";
import { updateTenant } from "@/lib/tenants/update-tenant";

type Params = { tenantId: string };

export const GET = route<Params>(async (request, { params }) => {
  await requireViewer(request);
  const tenantId = readId((await params).tenantId, "client");

  return entityResponse(await getTenant(tenantId, new Date()));
});

export const PATCH = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const tenantId = readId((await params).tenantId, "client");
  const input = await readInput(request, updateTenantInput);

  return entityResponse(await updateTenant({ tenantId, input, ifMatch: ifMatchOf(request), actor, now: new Date() }));
});

export const DELETE = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const tenantId = readId((await params).tenantId, "client");

  await archiveTenant({ tenantId, actor, now: new Date() });
  return noContent();
});
