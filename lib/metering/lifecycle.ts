import { v7 as uuidv7 } from "uuid";
import { callPool } from "../db/client";
import { env } from "../env";
import { metrics } from "../health/metrics";
import { log } from "../log";
import { processSingleton } from "../process-singleton";
import { Heartbeat, whileKnown } from "./heartbeat";
import { Meter } from "./meter";
import { observed } from "./observed-store";
import { Recovery } from "./recovery";
import { PostgresMeterStore } from "./store";

/** Reading one's own last call waits this long for its settlement at most. */
const flushTimeoutMs = 1_000;
const stopTimeoutMs = 15_000;

type Metering = { meter: Meter; started: Promise<void>; stop(): Promise<void> };

/** The meter of this process, started at its first use: `next start` has no other moment. */
export function meter(): Meter {
  return metering().meter;
}

/** Opens the meter's connection, announces this instance and begins its heartbeat. */
export async function startMetering(): Promise<void> {
  await metering().started;
}

/** Writes what is left to write and takes this instance off the list. */
export async function stopMetering(): Promise<void> {
  await metering().stop();
}

/** To be called before usage is read, so that what this instance has served up to now is in it. */
export async function flushMetering(): Promise<void> {
  await meter().flush({ timeoutMs: flushTimeoutMs });
}

function metering(): Metering {
  return processSingleton("metering", () => {
    const instanceId = uuidv7();
    const store = new PostgresMeterStore(env().DATABASE_URL, instanceId);
    const heartbeat = new Heartbeat(instanceId, callPool(), () => created.oldestOpenAt());
    const created: Meter = new Meter(observed(whileKnown(heartbeat, store)), log());
    metrics().watch("calls_open", "Admitted calls whose settlement has not committed.", () => created.openCalls);
    metrics().watch("settlements_waiting", "Settlements that are not written yet.", () => created.waitingSettlements);
    const recovery = new Recovery(heartbeat, callPool(), created, () => store.ensurePartitions(), log());
    // The heartbeat first: when the database is away it begins later by itself, and calls with it.
    const started = recovery.start().then(() => store.warmUp());
    started.catch((error: unknown) => log().error({ err: error }, "metering could not start"));
    return {
      meter: created,
      started,
      stop: async () => {
        await created.flush({ timeoutMs: stopTimeoutMs });
        await recovery
          .stop()
          .catch((error: unknown) => log().warn({ err: error }, "this instance could not be taken off the list"));
        await store.close();
      },
    };
  });
}
