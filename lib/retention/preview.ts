import { getSettings } from "../agency/store";
import { horizonOf } from "./horizon";
import type { RetentionPreview } from "./schema";
import { countPurgeable } from "./store";

type Preview = { months: number | null; tenantId: string | null; now: Date };

/** What the next purge would take if calls were kept for so many months, of all clients or of this one; one without months of its own has the agency's. */
export async function previewRetention({ months, tenantId, now }: Preview): Promise<RetentionPreview> {
  const kept = tenantId === null ? months : (months ?? (await getSettings()).retentionMonths);
  const counted = await countPurgeable({ months: kept, tenantId, now });
  return { ...counted, before: kept === null ? null : horizonOf(kept, now).toISOString() };
}
