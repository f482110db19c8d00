import { requireViewer } from "@/lib/auth/require-staff";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { searchQuery } from "@/lib/search/schema";
import { searchAgency } from "@/lib/search/search-agency";

export const GET = route(async (request) => {
  await requireViewer(request);
  const { q = "" } = readQuery(request, searchQuery);

  return Response.json(await searchAgency(q));
});
