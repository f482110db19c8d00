import { requireViewer } from "@/lib/auth/require-staff";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { listRequests } from "@/lib/usage/list-requests";
import { listRequestsQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  await requireViewer(request);
  const query = readQuery(request, listRequestsQuery);

  return Response.json(await listRequests({ ...query, audience: "staff" }));
});
