import { isNear } from "../quota/headroom";
import type { Metric } from "../quota/types";
import { localDate, windowAt } from "../quota/window";

/** A limit of a client or of one of its keys, in the window that runs. Cost is in micro-USD. */
export type UsedLimit = {
  tenantId: string;
  tenantName: string;
  tenantSlug: string;
  timeZone: string;
  /** The client itself, or the key. */
  subjectId: string;
  /** Null where the limit is the client's own. */
  keyName: string | null;
  metric: Metric;
  /** A minute is over before anybody has read of it. */
  window: "day" | "month";
  cap: number;
  used: number;
  nearLimitPercent: number;
};

type Threshold = "near" | "used_up";

/** By what an alert is told from any other: it is sent once. */
export type AlertKey = Pick<UsedLimit, "tenantId" | "subjectId" | "metric" | "window"> & {
  threshold: Threshold;
  /** The client's local date on which the window begins. */
  windowDate: string;
};

export type Alert = UsedLimit & AlertKey & { resetsAt: Date };

/**
 * Which thresholds a limit has crossed. What is only reserved does not count, as most of it comes back. A cap of zero is
 * crossed by nothing: it blocks on purpose.
 */
export function thresholdsCrossed({
  cap,
  used,
  nearLimitPercent,
}: Pick<UsedLimit, "cap" | "used" | "nearLimitPercent">): Threshold[] {
  if (cap === 0 || !isNear({ cap, used, reserved: 0 }, nearLimitPercent)) return [];
  return used >= cap ? ["near", "used_up"] : ["near"];
}

/** All that is to be told of these limits, whether it was told before or not. */
export function alertsOf(limits: UsedLimit[], now: Date): Alert[] {
  const windows = new Map<string, Pick<Alert, "windowDate" | "resetsAt">>();
  return limits.flatMap((limit) => {
    const name = `${limit.window} ${limit.timeZone}`;
    // Reckoning dates takes a while, and most clients are in one of a few zones.
    const window = windows.get(name) ?? windowOf(limit, now);
    windows.set(name, window);
    return thresholdsCrossed(limit).map((threshold) => ({ ...limit, ...window, threshold }));
  });
}

function windowOf({ window, timeZone }: UsedLimit, now: Date): Pick<Alert, "windowDate" | "resetsAt"> {
  const today = localDate(now, timeZone);
  const windowDate = window === "day" ? today : `${today.slice(0, 7)}-01`;
  return { windowDate, resetsAt: windowAt(window, now, timeZone).endsAt };
}

/** Of what is to be told of the same limit, the last: what is used up has come near before. */
export function withoutOvertaken(alerts: Alert[]): Alert[] {
  const usedUp = new Set(alerts.filter(({ threshold }) => threshold === "used_up").map(limitNameOf));
  return alerts.filter((alert) => alert.threshold === "used_up" || !usedUp.has(limitNameOf(alert)));
}

export function alertNameOf(alert: AlertKey): string {
  return [limitNameOf(alert), alert.windowDate, alert.threshold].join("/");
}

function limitNameOf({ tenantId, subjectId, metric, window }: AlertKey): string {
  return [tenantId, subjectId, metric, window].join("/");
}
