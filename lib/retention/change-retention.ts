import { recordEvent } from "../audit/store";
import type { Actor } from "../auth/require-staff";
import { inTransaction } from "../db/transaction";
import { requireMatch } from "../http/etag";
import { getTenant } from "../tenants/store";
import { saveTenantMonths } from "./store";

type ChangeRetention = { tenantId: string; months: number | null; ifMatch?: string | null; actor: Actor; now: Date };

/**
 * Keeps a client's calls for another time than the others'; null is as the agency has it.
 * @throws AppError `not_found`; `precondition_failed` when it is not as `ifMatch` says.
 */
export async function changeTenantRetention({
  tenantId,
  months,
  ifMatch = null,
  actor,
  now,
}: ChangeRetention): Promise<void> {
  const { name } = await getTenant(tenantId, now);
  await inTransaction(async (transaction) => {
    const before = await saveTenantMonths(transaction, { tenantId, months });
    requireMatch(ifMatch, { months: before });
    if (before === months) return;
    await recordEvent(transaction, {
      actor,
      now,
      action: "tenant.retention_changed",
      target: `tenant:${tenantId}`,
      tenantId,
      before: { name, retentionMonths: before },
      after: { name, retentionMonths: months },
    });
  });
}
