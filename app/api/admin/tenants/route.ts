import { requireAdmin, requireViewer } from "@/lib/auth/require-staff";
import { createdResponse } from "@/lib/http/etag";
import { readNewInput, readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { createTenant } from "@/lib/tenants/create-tenant";
import { listTenants } from "@/lib/tenants/list-tenants";
import { createTenantInput, listTenantsQuery } from "@/lib/tenants/schema";

export const GET = route(async (request) => {
  await requireViewer(request);
  const query = readQuery(request, listTenantsQuery);

  return Response.json(await listTenants({ ...query, now: new Date() }));
});

export const POST = route(async (request) => {
  const actor = await requireAdmin(request);
  const input = await readNewInput(request, createTenantInput);

  const tenant = await createTenant({ input, actor, now: new Date() });
  return createdResponse(tenant);
});
