import { requireClient } from "@/lib/auth/require-client";
import { readQuery } from "@/lib/http/read-input";
import { jsonResponse, route } from "@/lib/http/respond";
import { readOwnPage } from "@/lib/usage/read-own-page";
import { ownPageQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  const now = new Date();
  const own = await requireClient(request, now);
  const { tenant: _, ...query } = readQuery(request, ownPageQuery);

  return jsonResponse(await readOwnPage({ ...query, ...own, now }));
});
