import type { z } from "zod";
import { changeAgency } from "../agency/change-agency";
import type { Actor } from "../auth/require-staff";
import { atOnce } from "../db/transaction";
import { readProvider } from "../providers/store";
import type { createPriceInput, ModelPrice } from "./schema";
import { refuseEmptySpan } from "./span";
import { dating, insertPrice } from "./store";

type CreatePrice = { providerId: string; input: z.output<typeof createPriceInput>; actor: Actor; now: Date };

/**
 * Enters what the agency pays a provider for some models. Calls admitted after this resolves cost that.
 * @throws AppError `not_found`; `invalid_request` when it would end before it begins; `conflict` when there is a price for them from this time on.
 */
export async function createPrice({ providerId, input, actor, now }: CreatePrice): Promise<ModelPrice> {
  return await dating(
    changeAgency({ actor, now }, async (transaction) => {
      await readProvider(transaction, providerId);
      const validFrom = input.validFrom ?? (await atOnce(transaction, now));
      refuseEmptySpan({ validFrom, validTo: input.validTo ?? null });
      const price = await insertPrice(transaction, { ...input, validFrom, providerId });
      const event = { action: "price.created", target: `provider:${providerId}`, before: null, after: price };
      return { result: price, event };
    }),
  );
}
