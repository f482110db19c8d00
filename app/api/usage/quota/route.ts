import { requireClient } from "@/lib/auth/require-client";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { readOwnQuota } from "@/lib/tenants/read-quota";
import { ownQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  const now = new Date();
  const own = await requireClient(request, now);
  readQuery(request, ownQuery);

  return Response.json(await readOwnQuota({ ...own, now }));
});
