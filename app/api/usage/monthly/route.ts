import { requireClient } from "@/lib/auth/require-client";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { readMonthly } from "@/lib/usage/read-monthly";
import { ownMonthlyQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  const now = new Date();
  const { tenantId } = await requireClient(request, now);
  const { months } = readQuery(request, ownMonthlyQuery);

  return Response.json(await readMonthly({ tenantId, months, audience: "client", now }));
});
