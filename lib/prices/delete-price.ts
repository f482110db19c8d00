import { changeAgency } from "../agency/change-agency";
import type { Actor } from "../auth/require-staff";
import { deletePriceRow, readPrice } from "./store";

type DeletePrice = { providerId: string; priceId: string; actor: Actor; now: Date };

/** Takes a price back: the one before it counts again, or the bundled table. @throws AppError `not_found`. */
export async function deletePrice({ providerId, priceId, actor, now }: DeletePrice): Promise<void> {
  await changeAgency({ actor, now }, async (transaction) => {
    const price = await readPrice(transaction, { providerId, priceId });
    await deletePriceRow(transaction, priceId);
    const event = { action: "price.deleted", target: `provider:${providerId}`, before: price, after: null };
    return { result: undefined, event };
  });
}
