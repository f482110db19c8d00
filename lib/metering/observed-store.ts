import { metrics } from "../health/metrics";
import type { MeterStore } from "./meter";

/** The same store; what is written to it is counted. */
export function observed(store: MeterStore): MeterStore {
  return {
    ensurePartitions: () => store.ensurePartitions(),
    heldTenants: (tenants) => store.heldTenants(tenants),
    meter: async (batch) => {
      const startedAt = performance.now();
      try {
        const answer = await store.meter(batch);
        const { admission, settled } = answer;
        const ms = performance.now() - startedAt;
        metrics().wroteBatch({
          calls: admission ? (batch.calls?.places.length ?? 0) : 0,
          settlements: settled.length,
          ms,
        });
        return answer;
      } catch (error) {
        metrics().failedBatch();
        throw error;
      }
    },
  };
}
