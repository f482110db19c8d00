import type { Headroom, Limit } from "./types";

const minuteMs = 60_000;

/**
 * The sliding minute, of two fixed ones: the minute before counts by the share of it that still lies within the last 60
 * seconds. It resets when the minute before and this one have let enough go for one more call.
 */
export function headroomOfMinute(
  limit: Limit,
  [calls, previousCalls]: [thisMinute: number, minuteBefore: number],
  at: Date,
): Headroom {
  const elapsedMs = at.getTime() % minuteMs;
  const used = Math.ceil(calls + (previousCalls * (minuteMs - elapsedMs)) / minuteMs);
  const room = limit.cap - calls - 1;
  // This minute has room once enough of the one before has gone; else the next one must let enough of this one go.
  const waitMs =
    room >= 0 && previousCalls > 0
      ? Math.max(0, minuteMs - (room / previousCalls) * minuteMs - elapsedMs)
      : minuteMs - elapsedMs + (calls > 0 ? Math.max(0, minuteMs - ((limit.cap - 1) / calls) * minuteMs) : 0);
  const resetsAt = new Date(at.getTime() + Math.ceil(Math.min(waitMs, minuteMs)));
  return { ...limit, used, reserved: 0, remaining: Math.max(0, limit.cap - used), resetsAt };
}
