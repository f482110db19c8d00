import { requireAdmin, requireViewer } from "@/lib/auth/require-staff";
import { createdResponse } from "@/lib/http/etag";
import { readId, readNewInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { createPrice } from "@/lib/prices/create-price";
import { createPriceInput, type ModelPriceList } from "@/lib/prices/schema";
import { listPrices } from "@/lib/prices/store";
import { getProvider } from "@/lib/providers/store";

type Params = { providerId: string };

export const GET = route<Params>(async (request, { params }) => {
  await requireViewer(request);
  const { id } = await getProvider(readId((await params).providerId, "provider"));

  return Response.json({ items: await listPrices(id) } satisfies ModelPriceList);
});

export const POST = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const providerId = readId((await params).providerId, "provider");
  const input = await readNewInput(request, createPriceInput);

  const price = await createPrice({ providerId, input, actor, now: new Date() });
  return createdResponse(price);
});
