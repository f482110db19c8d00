import { type NewEvent, recordEvent } from "../audit/store";
import type { Actor, Author } from "../auth/require-staff";
import { inTransaction, type Transaction } from "../db/transaction";
import { AppError } from "../errors";
import { keyDirectory } from "../keys/directory";
import { forgetAllRefusals, forgetRefusals } from "../metering/refusal-memory";
import { lockPlans } from "../plans/store";
import type { Tenant } from "./schema";
import { bumpTenantVersions, lockTenants, noSuchTenant, readTenant } from "./store";

/** What a change comes to. Without an event nothing was changed, and nobody has to be told. */
export type Change<T> = { result: T; event: Omit<NewEvent, "actor" | "now" | "tenantId"> | null };

type ChangeTenant = {
  tenantId: string;
  actor: Author;
  now: Date;
  /** Set where the tenant is put on a plan, which must then stay as it is. */
  usesPlan?: true;
  /** Set where an archived tenant may be changed: to bring it back, or to take something away. */
  evenArchived?: true;
};

/**
 * The one way to change what admission must obey of a tenant: its limits, status, subscription and keys. The tenant's row
 * is locked as admission locks it and its version moves, so every call admitted after this resolves obeys the change, on
 * any instance.
 * @throws AppError `not_found`; `conflict` when the tenant is archived.
 */
export async function changeTenant<T>(
  { tenantId, actor, now, usesPlan, evenArchived }: ChangeTenant,
  change: (transaction: Transaction, tenant: Tenant) => Promise<Change<T>>,
): Promise<T> {
  const result = await inTransaction(async (transaction) => {
    if (usesPlan) await lockPlans(transaction, "use");
    if ((await lockTenants(transaction, [tenantId])).length === 0) throw noSuchTenant();
    const tenant = await readTenant(transaction, tenantId, now);
    if (tenant.archivedAt !== null && !evenArchived)
      throw new AppError("conflict", "This client is archived and can no longer be changed.");

    const { result, event } = await change(transaction, tenant);
    if (event) {
      await bumpTenantVersions(transaction, [tenantId]);
      await recordEvent(transaction, { ...event, actor, now, tenantId });
    }
    return result;
  });
  forgetRefusals(tenantId);
  keyDirectory().forget(tenantId);
  return result;
}

type ChangePlans = { actor: Actor; now: Date };

/** What a change of plans comes to, and for which tenants limits may have moved with it. */
export type PlanChange<T> = Change<T> & { affects: string[] | "all" };

/**
 * The same for plans, whose limits are those of many tenants. Nobody is put on a plan meanwhile, so none is missed.
 * `change` names the tenants; their rows are locked before what it wrote is seen by anyone.
 */
export async function changePlans<T>(
  { actor, now }: ChangePlans,
  change: (transaction: Transaction) => Promise<PlanChange<T>>,
): Promise<T> {
  const result = await inTransaction(async (transaction) => {
    await lockPlans(transaction, "change");
    const { result, event, affects } = await change(transaction);
    if (event) {
      await bumpTenantVersions(transaction, await lockTenants(transaction, affects));
      await recordEvent(transaction, { ...event, actor, now, tenantId: null });
    }
    return result;
  });
  forgetAllRefusals();
  keyDirectory().forget(null);
  return result;
}
