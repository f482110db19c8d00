"use client";

import { formatInstant, formatRelative } from "./format-time";
import { HoverDetail } from "./hover-detail";
import { useNow } from "./now";

/** `3 m ago`, with the exact instant and its zone on hover. */
export function RelativeTime({ at, timeZone }: { at: string; timeZone: string }) {
  const now = useNow();
  const instant = new Date(at);

  return (
    <HoverDetail detail={`${formatInstant(instant, timeZone)} ${timeZone}`}>
      <time dateTime={at}>{formatRelative(instant, now)}</time>
    </HoverDetail>
  );
}
