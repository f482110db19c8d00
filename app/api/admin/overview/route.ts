import { requireViewer } from "@/lib/auth/require-staff";
import { route } from "@/lib/http/respond";
import { readOverview } from "@/lib/overview/read-overview";

export const GET = route(async (request) => {
  await requireViewer(request);

  return Response.json(await readOverview(new Date()));
});
