import { type NewEvent, recordEvent } from "../audit/store";
import type { Actor } from "../auth/require-staff";
import { inTransaction, type Transaction } from "../db/transaction";
import { upstreamDirectory } from "../providers/upstreams";
import { bumpAgencyVersion, lockAgency } from "./store";

/** What a change comes to. Without an event nothing was changed, and nobody has to be told. */
type Change<T> = { result: T; event: Omit<NewEvent, "actor" | "now" | "tenantId"> | null };

/**
 * The one way to change what all instances know of the agency: its providers, prices and settings. Its version moves, by
 * which every instance sees, at its next admission, that what it knows is old. One change is made at a time.
 */
export async function changeAgency<T>(
  { actor, now }: { actor: Actor; now: Date },
  change: (transaction: Transaction) => Promise<Change<T>>,
): Promise<T> {
  const result = await inTransaction(async (transaction) => {
    await lockAgency(transaction);
    const { result, event } = await change(transaction);
    if (event) {
      await bumpAgencyVersion(transaction);
      await recordEvent(transaction, { ...event, actor, now, tenantId: null });
    }
    return result;
  });
  upstreamDirectory().forget();
  return result;
}
