import type { Actor } from "../auth/require-staff";
import { changeTenant } from "./change-tenant";
import { getTenant, saveTenant } from "./store";

type ArchiveTenant = { tenantId: string; actor: Actor; now: Date };

/**
 * Archives a client: its keys stop at once, its history stays. Archiving it again changes nothing.
 * @throws AppError `not_found`.
 */
export async function archiveTenant({ tenantId, actor, now }: ArchiveTenant): Promise<void> {
  if ((await getTenant(tenantId, now)).archivedAt !== null) return;

  await changeTenant({ tenantId, actor, now }, async (transaction, tenant) => {
    await saveTenant(transaction, tenantId, { archivedAt: now });
    const { name, slug, status } = tenant;
    return {
      result: undefined,
      event: { action: "tenant.archived", target: `tenant:${tenantId}`, before: { name, slug, status }, after: null },
    };
  });
}
