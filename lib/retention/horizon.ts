/**
 * The instant before which calls are purged: the begin of the month (UTC) so many months before the present one. So at
 * least one whole month beside the present one is kept, and no window that still counts loses a call.
 */
export function horizonOf(months: number, now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1));
}
