import type { Actor } from "../auth/require-staff";
import { changeProviders } from "./change-providers";
import { deleteProviderRow, readProvider } from "./store";

type DeleteProvider = { providerId: string; actor: Actor; now: Date };

/** Removes an upstream and its credential. The ledger keeps its slug. @throws AppError `not_found`. */
export async function deleteProvider({ providerId, actor, now }: DeleteProvider): Promise<void> {
  await changeProviders({ actor, now }, async (transaction) => {
    const { credentialHint: _, ...before } = await readProvider(transaction, providerId);
    await deleteProviderRow(transaction, providerId);
    return {
      result: undefined,
      event: { action: "provider.deleted", target: `provider:${providerId}`, before, after: null },
    };
  });
}
