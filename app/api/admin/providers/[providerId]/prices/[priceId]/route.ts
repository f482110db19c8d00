import { requireAdmin } from "@/lib/auth/require-staff";
import { entityResponse, ifMatchOf } from "@/lib/http/etag";
import { readId, readInput } from "@/lib/http/read-input";
import { noContent, route } from "@/lib/http/respond";
import { deletePrice } from "@/lib/prices/delete-price";
import { updatePriceInput } from "@/lib/prices/schema";
import { updatePrice } from "@/lib/prices/update-price";

type Params = { providerId: string; priceId: string };

export const PATCH = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const ids = await readIds(params);
  const input = await readInput(request, updatePriceInput);

  return entityResponse(await updatePrice({ ...ids, input, ifMatch: ifMatchOf(request), actor, now: new Date() }));
});

export const DELETE = route<Params>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const ids = await readIds(params);

  await deletePrice({ ...ids, actor, now: new Date() });
  return noContent();
});

async function readIds(params: Promise<Params>): Promise<Params> {
  const { providerId, priceId } = await params;
  return { providerId: readId(providerId, "provider"), priceId: readId(priceId, "price") };
}
