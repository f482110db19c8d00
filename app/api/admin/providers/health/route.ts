import { requireViewer } from "@/lib/auth/require-staff";
import { route } from "@/lib/http/respond";
import { readHealth } from "@/lib/providers/read-health";

export const GET = route(async (request) => {
  await requireViewer(request);

  return Response.json(await readHealth(new Date()));
});
