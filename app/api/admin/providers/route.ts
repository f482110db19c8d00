import { requireAdmin, requireViewer } from "@/lib/auth/require-staff";
import { createdResponse } from "@/lib/http/etag";
import { readNewInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { createProvider } from "@/lib/providers/create-provider";
import { createProviderInput, type ProviderList } from "@/lib/providers/schema";
import { listProviders } from "@/lib/providers/store";

export const GET = route(async (request) => {
  await requireViewer(request);

  return Response.json({ items: await listProviders() } satisfies ProviderList);
});

export const POST = route(async (request) => {
  const actor = await requireAdmin(request);
  const input = await readNewInput(request, createProviderInput);

  const provider = await createProvider({ input, actor, now: new Date() });
  return createdResponse(provider);
});
