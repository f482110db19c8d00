import { requireAdmin, requireViewer } from "@/lib/auth/require-staff";
import { entityResponse, ifMatchOf } from "@/lib/http/etag";
import { readId, readInput } from "@/lib/http/read-input";
import { noContent, route } from "@/lib/http/respond";
import { deleteProvider } from "@/lib/providers/delete-provider";
import { updateProviderInput } from "@/lib/providers/schema";
import { getProvider } from "@/lib/providers/store";
import { updateProvider } from "@/lib/providers/update-provider";

type Params = { providerId: string };

export const GET = route<Params>(async (request, { params }) => {
  await requireViewer(request);
  const providerId = readId((await params).providerId, "provider");

  return entityResponse(await getProvider(providerId));
});

export const PATCH = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const providerId = readId((await params).providerId, "provider");
  const input = await readInput(request, updateProviderInput);

  return entityResponse(
    await updateProvider({ providerId, input, ifMatch: ifMatchOf(request), actor, now: new Date() }),
  );
});

export const DELETE = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const providerId = readId((await params).providerId, "provider");

  await deleteProvider({ providerId, actor, now: new Date() });
  return noContent();
});
