import { type NewEvent, recordEvent } from "../audit/store";
import type { Actor } from "../auth/require-staff";
import { ensureAgency } from "../auth/store";
import { isTaken } from "../db/failures";
import { inTransaction, type Transaction } from "../db/transaction";
import { AppError } from "../errors";
import { bumpAgencyVersion } from "./store";

type Change<T> = { result: T; event: Omit<NewEvent, "actor" | "now" | "tenantId"> | null };

/**
 * The one way to change providers: the agency's version moves, by which every instance sees that what it knows is old.
 * @throws AppError `conflict` when the slug is taken.
 */
export async function changeProviders<T>(
  { actor, now }: { actor: Actor; now: Date },
  change: (transaction: Transaction) => Promise<Change<T>>,
): Promise<T> {
  const changing = inTransaction(async (transaction) => {
    await ensureAgency(transaction);
    await bumpAgencyVersion(transaction);
    const { result, event } = await change(transaction);
    if (event) await recordEvent(transaction, { ...event, actor, now, tenantId: null });
    return result;
  });
  return await changing.catch((cause: unknown) => {
    if (!isTaken(cause)) throw cause;
    throw new AppError("conflict", "There is a provider of this slug already.", {
      cause,
      fields: { slug: "is taken" },
    });
  });
}
