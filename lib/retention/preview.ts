import { horizonOf } from "./horizon";
import type { RetentionPreview } from "./schema";
import { countPurgeable } from "./store";

type Preview = { months: number | null; tenantId: string | null; now: Date };

/** What the next purge would take if calls were kept for so many months, of all clients or of this one. */
export async function previewRetention({ months, tenantId, now }: Preview): Promise<RetentionPreview> {
  const counted = await countPurgeable({ months, tenantId, now });
  return { ...counted, before: months === null ? null : horizonOf(months, now).toISOString() };
}
