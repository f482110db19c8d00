import { requirePlayer } from "@/lib/auth/require-player";
import { readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { listModels } from "@/lib/playground/list-models";
import { modelsQuery } from "@/lib/playground/schema";

export const GET = route(async (request) => {
  const now = new Date();
  const { session } = await requirePlayer(request, now);
  const { provider } = readQuery(request, modelsQuery);

  return Response.json(await listModels({ tenantId: session.tenantId, provider, now }));
});
