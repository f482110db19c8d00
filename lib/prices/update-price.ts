import type { z } from "zod";
import { changeAgency } from "../agency/change-agency";
import { changedFields } from "../audit/changed-fields";
import type { Actor } from "../auth/require-staff";
import { requireMatch } from "../http/etag";
import type { ModelPrice, updatePriceInput } from "./schema";
import { refuseEmptySpan } from "./span";
import { dating, readPrice, savePrice } from "./store";

type UpdatePrice = {
  providerId: string;
  priceId: string;
  input: z.output<typeof updatePriceInput>;
  ifMatch?: string | null;
  actor: Actor;
  now: Date;
};

/**
 * Changes a price, or ends it. What has been settled keeps its cost.
 * @throws AppError `not_found`; `precondition_failed` when it is not as `ifMatch` says; `invalid_request` when it would end
 * before it begins; `conflict` when there is a price for these models from this time on.
 */
export async function updatePrice({
  providerId,
  priceId,
  input,
  ifMatch = null,
  actor,
  now,
}: UpdatePrice): Promise<ModelPrice> {
  return await dating(
    changeAgency({ actor, now }, async (transaction) => {
      const price = await readPrice(transaction, { providerId, priceId });
      requireMatch(ifMatch, price);
      refuseEmptySpan({
        validFrom: input.validFrom ?? new Date(price.validFrom),
        validTo: input.validTo === undefined ? dateOf(price.validTo) : input.validTo,
      });
      const updated = await savePrice(transaction, priceId, input);
      const changes = changedFields(price, updated);
      // The target is the provider: of which models the price is, has to stand beside what changed.
      const before = { modelPattern: price.modelPattern, ...changes?.before };
      const after = { modelPattern: updated.modelPattern, ...changes?.after };
      return {
        result: updated,
        event: changes && { action: "price.updated", target: `provider:${providerId}`, before, after },
      };
    }),
  );
}

function dateOf(instant: string | null): Date | null {
  return instant === null ? null : new Date(instant);
}
