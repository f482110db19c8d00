import { requireClient } from "@/lib/auth/require-client";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { listRequests } from "@/lib/usage/list-requests";
import { ownListRequestsQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  const now = new Date();
  const { tenantId } = await requireClient(request, now);
  const { tenant: _, ...query } = readQuery(request, ownListRequestsQuery);

  return Response.json(await listRequests({ ...query, tenantId, audience: "client" }));
});
