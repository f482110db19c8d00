import { requireViewer } from "@/lib/auth/require-staff";
import { readQuery } from "@/lib/http/read-input";
import { jsonResponse, route } from "@/lib/http/respond";
import { readSources } from "@/lib/usage/read-sources";
import { sourcesQuery } from "@/lib/usage/schema";

export const GET = route(async (request) => {
  await requireViewer(request);
  const query = readQuery(request, sourcesQuery);

  return jsonResponse(await readSources({ ...query, audience: "staff", now: new Date() }));
});
