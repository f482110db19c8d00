import type { Actor } from "../auth/require-staff";
import { changeTenant } from "./change-tenant";
import type { Tenant } from "./schema";
import { readTenant, saveTenant } from "./store";

type RestoreTenant = { tenantId: string; actor: Actor; now: Date };

/**
 * Brings an archived client back as it was: its keys work again, unless it is suspended. One that is not archived stays as it is.
 * @throws AppError `not_found`.
 */
export async function restoreTenant({ tenantId, actor, now }: RestoreTenant): Promise<Tenant> {
  return await changeTenant({ tenantId, actor, now, evenArchived: true }, async (transaction, tenant) => {
    if (tenant.archivedAt === null) return { result: tenant, event: null };

    await saveTenant(transaction, tenantId, { archivedAt: null });
    const { name, slug, status } = tenant;
    return {
      result: await readTenant(transaction, tenantId, now),
      event: { action: "tenant.restored", target: `tenant:${tenantId}`, before: null, after: { name, slug, status } },
    };
  });
}
