import { flushMetering } from "../metering/lifecycle";
import { listItemOf } from "./quota-view";
import type { TenantListItem } from "./schema";
import { listLastUses, listMeteredTenants } from "./store";

/** The agency's clients with what is left to each, by name. */
export async function listTenants({ archived, now }: { archived: boolean; now: Date }): Promise<TenantListItem[]> {
  await flushMetering();
  const [tenants, lastUses] = await Promise.all([listMeteredTenants({ archived, now }), listLastUses()]);
  return tenants.map((metered) => listItemOf({ metered, now, lastUsedAt: lastUses.get(metered.row.id) ?? null }));
}
