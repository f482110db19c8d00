import { AppError } from "../errors";
import { dayAt, hourAt, localDate, monthAt, type Period } from "../quota/window";
import type { BucketSize } from "./schema";

const defaultDays = 30;
const maxBuckets = 800;
const hourMs = 3_600_000;
/** Nobody has used anything later, and whole days and months of any zone end before the year 10000. */
const latest = new Date("9999-01-01T00:00:00Z");
const dayMs = 24 * hourMs;

/** What is read from the hourly roll-up, at most two pieces, and which local dates [from, to) from the daily one; a `to` of null is open. */
export type Pieces = { hours: Period[]; dates: { from: string; to: string | null } | null };

/** What a report covers, [startsAt, endsAt), and how it is read from the roll-ups. */
export type Span = Period & {
  /** When each bucket begins, ascending; the first may begin before the span. */
  bucketStarts: Date[];
  /** The same as local dates; empty for hours. */
  bucketDates: string[];
  pieces: Pieces;
};

type SpanRequest = {
  from: Date | undefined;
  to: Date | undefined;
  bucket: BucketSize;
  timeZone: string;
  /** Over several tenants, days and months are each tenant's own local dates. */
  severalTenants: boolean;
  now: Date;
};

const periodAt: Record<BucketSize, (at: Date, timeZone: string) => Period> = {
  hour: hourAt,
  day: dayAt,
  month: monthAt,
};

/**
 * The span that is asked for, by default the last 30 days up to the end of today. It is widened to whole hours, as that is
 * what the roll-ups know; over several tenants with days or months to whole days, which are then each tenant's own. Where
 * such a span reaches up to now, those whose today is already tomorrow here are in its last bucket.
 * @throws AppError `invalid_request` when the span is empty or has too many buckets.
 */
export function spanOf({ from, to, bucket, timeZone, severalTenants, now }: SpanRequest): Span {
  const asked = askedPeriod({ from, to, timeZone, now });
  const readsWholeDays = severalTenants && bucket !== "hour";
  const span = widen(asked, readsWholeDays ? dayAt : hourAt, timeZone);
  const bucketStarts = listStarts({ span, bucket, timeZone });
  return {
    ...span,
    bucketStarts,
    bucketDates: bucket === "hour" ? [] : bucketStarts.map((start) => localDate(start, timeZone)),
    pieces:
      bucket === "hour"
        ? { hours: [span], dates: null }
        : piecesOf({ span, timeZone, isOpen: readsWholeDays && span.endsAt > now }),
  };
}

function askedPeriod({ from, to, timeZone, now }: Pick<SpanRequest, "from" | "to" | "timeZone" | "now">): Period {
  const asked = to ?? dayAt(from && from > now ? from : now, timeZone).endsAt;
  const endsAt = asked > latest ? latest : asked;
  const startsAt = from ?? daysBefore(endsAt, timeZone);
  if (startsAt < endsAt) return { startsAt, endsAt };
  throw new AppError("invalid_request", "The range is empty: `to` must be after `from`.", {
    fields: { to: "must be after from" },
  });
}

/** The beginning of the day from which it is 30 days to this instant. Noon is reached by whole days over any clock change. */
function daysBefore(instant: Date, timeZone: string): Date {
  const lastDay = dayAt(new Date(instant.getTime() - 1), timeZone);
  const noon = lastDay.startsAt.getTime() + 12 * hourMs;
  return dayAt(new Date(noon - (defaultDays - 1) * 24 * hourMs), timeZone).startsAt;
}

function widen(
  { startsAt, endsAt }: Period,
  periodOf: (at: Date, timeZone: string) => Period,
  timeZone: string,
): Period {
  return {
    startsAt: periodOf(startsAt, timeZone).startsAt,
    endsAt: periodOf(new Date(endsAt.getTime() - 1), timeZone).endsAt,
  };
}

/** The bucket of each day from the beginning of the first one to that of the last one, given the dates on which they begin. */
export function bucketsOfDays(bucketDates: string[]): number[] {
  const days = bucketDates.map((date) => Date.parse(date) / dayMs);
  return days.flatMap((day, bucket) => Array<number>((days[bucket + 1] ?? day + 1) - day).fill(bucket));
}

/** Whole days are read from the daily roll-up, what is left at both ends from the hourly one. */
function piecesOf({ span, timeZone, isOpen }: { span: Period; timeZone: string; isOpen: boolean }): Pieces {
  const firstDay = dayAt(span.startsAt, timeZone);
  const daysStartAt = firstDay.startsAt < span.startsAt ? firstDay.endsAt : firstDay.startsAt;
  const daysEndAt = dayAt(span.endsAt, timeZone).startsAt;
  if (daysStartAt >= daysEndAt) return { hours: [span], dates: null };

  const edges = [
    { startsAt: span.startsAt, endsAt: daysStartAt },
    { startsAt: daysEndAt, endsAt: span.endsAt },
  ];
  return {
    hours: edges.filter(({ startsAt, endsAt }) => startsAt < endsAt),
    dates: { from: localDate(daysStartAt, timeZone), to: isOpen ? null : localDate(daysEndAt, timeZone) },
  };
}

function listStarts({ span, bucket, timeZone }: { span: Period; bucket: BucketSize; timeZone: string }): Date[] {
  const starts: Date[] = [];
  let period = periodAt[bucket](span.startsAt, timeZone);
  while (period.startsAt < span.endsAt) {
    if (starts.length === maxBuckets) throw tooManyBuckets();
    starts.push(period.startsAt);
    period = periodAt[bucket](period.endsAt, timeZone);
  }
  return starts;
}

function tooManyBuckets(): AppError {
  return new AppError(
    "invalid_request",
    `The range has more than ${maxBuckets} buckets. Choose larger ones or a shorter range.`,
    {
      fields: { bucket: `gives more than ${maxBuckets} buckets over this range` },
    },
  );
}
