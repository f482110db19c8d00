import { requireClient } from "@/lib/auth/require-client";
import { readQuery } from "@/lib/http/read-input";
import { jsonResponse, route } from "@/lib/http/respond";
import { readSources } from "@/lib/usage/read-sources";
import { ownSourcesQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  const now = new Date();
  const { tenantId } = await requireClient(request, now);
  const { tenant: _, ...query } = readQuery(request, ownSourcesQuery);

  return jsonResponse(await readSources({ ...query, tenantId, audience: "client", now }));
});
