import { requireViewer } from "@/lib/auth/require-staff";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { readMonthly } from "@/lib/usage/read-monthly";
import { monthlyQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  await requireViewer(request);
  const query = readQuery(request, monthlyQuery);

  return Response.json(await readMonthly({ ...query, audience: "staff", now: new Date() }));
});
