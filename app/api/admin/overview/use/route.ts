import { requireViewer } from "@/lib/auth/require-staff";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { readOverviewUse } from "@/lib/overview/read-use";
import { overviewUseQuery } from "@/lib/overview/schema";

export const GET = route(async (request) => {
  await requireViewer(request);
  const { span } = readQuery(request, overviewUseQuery);

  return Response.json(await readOverviewUse({ span, now: new Date() }));
});
