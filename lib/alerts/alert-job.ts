import { PeriodicJob } from "../launch/periodic-job";
import { sendAlerts } from "./send-alerts";

/** Tells the agency of limits within a minute or so after they come near or are used up. */
export function alertJob(): PeriodicJob {
  return new PeriodicJob({
    failure: "alerts could not be sent",
    firstAfterMs: 60_000,
    everyMs: 60_000,
    work: () => sendAlerts(new Date()),
  });
}
