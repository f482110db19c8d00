import type { CallRequest, Settlement } from "./types";

/**
 * How long before its batch was sent, by the clock that we know, and after its answer was missed a call of unknown fate may
 * have been admitted. The rows of its tenant in this span are searched for it: they must not be many.
 */
const unknownBeforeMs = 10_000;
const unknownAfterMs = 120_000;

/** For a call that never went upstream, and may have been admitted in this span. */
export function neverSent(call: CallRequest, { from, to }: { from: Date; to: Date }): Settlement {
  return {
    id: call.id,
    tenantId: call.caller.tenant.id,
    admittedFrom: new Date(from.getTime() - unknownBeforeMs),
    admittedTo: new Date(to.getTime() + unknownAfterMs),
    state: "failed",
    httpStatus: 503,
    model: null,
    usage: null,
    estimated: false,
    costMicroUsd: null,
    latencyMs: null,
    firstByteMs: null,
  };
}

/** For a call whose numbers the ledger does not take. */
export function atReservation(settlement: Settlement): Settlement {
  return { ...settlement, state: "abandoned", usage: null, model: null, costMicroUsd: null };
}
