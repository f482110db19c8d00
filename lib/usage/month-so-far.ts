import { dayAt, monthAt } from "../quota/window";

/** The month that runs, until the end of today, on the clocks of a zone: what its forecast is made from. */
export function monthSoFar({ timeZone, now }: { timeZone: string; now: Date }): {
  from: Date;
  to: Date;
  bucket: "day";
} {
  return { from: monthAt(now, timeZone).startsAt, to: dayAt(now, timeZone).endsAt, bucket: "day" };
}
