import { dateFormat } from "@/components/ui/intl-formats";
import type { BucketSize } from "@/lib/usage/schema";

const shortForms: Record<BucketSize, Intl.DateTimeFormatOptions> = {
  hour: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
};

const longForms: Record<BucketSize, Intl.DateTimeFormatOptions> = {
  hour: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  month: { month: "long", year: "numeric" },
};

/** What stands under a bucket: `14:00`, `21 Nov`, `Nov 2026`. */
export function bucketLabel(start: string, bucket: BucketSize, timeZone: string): string {
  return dateFormat({ timeZone, ...shortForms[bucket] }).format(new Date(start));
}

/** A bucket by itself: `Sat, 21 Nov, 14:00`. */
export function bucketName(start: string, bucket: BucketSize, timeZone: string): string {
  return dateFormat({ timeZone, ...longForms[bucket] }).format(new Date(start));
}
