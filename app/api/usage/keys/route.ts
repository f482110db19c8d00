import { requireClient } from "@/lib/auth/require-client";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { listOwnKeys } from "@/lib/usage/list-own-keys";
import { type OwnKeyList, ownQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  const now = new Date();
  const { tenantId } = await requireClient(request, now);
  readQuery(request, ownQuery);

  return Response.json({ items: await listOwnKeys({ tenantId, now }) } satisfies OwnKeyList);
});
