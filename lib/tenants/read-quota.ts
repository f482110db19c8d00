import { flushMetering } from "../metering/lifecycle";
import { quotaOf } from "./quota-view";
import type { Quota } from "./schema";
import { getMeteredTenant } from "./store";

/** What a tenant may use and has used, its own last call included. @throws AppError `not_found`. */
export async function readQuota({ tenantId, now }: { tenantId: string; now: Date }): Promise<Quota> {
  await flushMetering();
  return quotaOf({ metered: await getMeteredTenant(tenantId, now), now });
}
