"use client";

import { Flag } from "lucide-react";
import { useViewer } from "@/components/shell/viewer";
import { classNames } from "@/components/ui/class-names";
import { unitOf } from "@/components/ui/format-amount";
import { HoverDetail } from "@/components/ui/hover-detail";
import { useNow } from "@/components/ui/now";
import { type Headroom, headroomOf, nameOfLimit, type ShownLimit } from "./headroom";

type HeadroomBarProps = {
  limit: ShownLimit;
  timeZone: string;
  nearLimitPercent: number;
  /** Where an override stands in for it: the plan's own limit, null when that is none. */
  planCap?: number | null | undefined;
};

const levelColors = { fine: "text-accent", near: "text-near", over: "text-over" };

/** The bar in a table's cell: compact words below it, the rest on hover. */
export function HeadroomCell(props: HeadroomBarProps) {
  const headroom = useHeadroom(props);

  return (
    <HoverDetail as="div" className="w-full min-w-28" detail={headroom.words.all}>
      <Bar headroom={headroom} limit={props.limit} height="h-1.5" />
      <p className="mt-1 text-caption text-muted" aria-hidden="true">
        {headroom.words.compact} {unitOfLimit(props.limit)}
      </p>
    </HoverDetail>
  );
}

/** The bar at the top of a page, below a sentence that says what is left and when it renews. */
export function HeadroomHero(props: HeadroomBarProps) {
  const headroom = useHeadroom(props);
  const { amounts, reserved, pace } = headroom.words;

  return (
    <div>
      <Bar headroom={headroom} limit={props.limit} height="h-4" />
      <p className="mt-1.5 max-w-[72ch] text-muted">{[amounts, reserved, pace].filter(Boolean).join(" · ")}</p>
    </div>
  );
}

/** The bar with everything in words below. */
export function HeadroomBar(props: HeadroomBarProps) {
  const headroom = useHeadroom(props);
  const { words, level } = headroom;

  return (
    <div>
      <Bar headroom={headroom} limit={props.limit} height="h-2.5" />
      <p className="mt-1.5 max-w-[72ch] text-muted">
        <span className="font-medium text-fg">{words.amounts}</span>
        {words.refusal && <span className={classNames("font-medium", levelColors[level])}> · {words.refusal}</span>}
        {words.reserved && ` · ${words.reserved}`}
        {` · ${words.renewal}`}
        {words.pace && ` · ${words.pace}`}
      </p>
    </div>
  );
}

function Bar({ headroom, limit, height }: { headroom: Headroom; limit: ShownLimit; height: string }) {
  const { level, usedPercent, reservedPercent, pacePercent, nearPercent, planPercent, words } = headroom;

  return (
    // biome-ignore lint/a11y/useSemanticElements: the browser's own meter cannot show what is reserved, pace and marks
    <div
      role="meter"
      aria-label={nameOfLimit(limit)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(usedPercent + reservedPercent)}
      aria-valuetext={words.all}
      className={classNames("relative", levelColors[level])}
    >
      <div className={classNames("flex overflow-hidden rounded-full bg-current/12 outline outline-line", height)}>
        <div className="bg-current" style={{ width: `${level === "over" ? 100 - reservedPercent : usedPercent}%` }} />
        <div className="hatched" style={{ width: `${reservedPercent}%` }} />
        <div className="bg-current/25" style={{ width: `${pacePercent}%` }} />
      </div>
      <div
        className={classNames("absolute top-0 w-px", height, level === "over" ? "bg-surface/60" : "bg-fg/55")}
        style={{ insetInlineStart: `${nearPercent}%` }}
      />
      {planPercent !== null && (
        <Flag
          aria-hidden="true"
          className="absolute bottom-0 size-3.5 fill-surface text-fg"
          style={{ insetInlineStart: `min(${planPercent}%, 100% - 0.875rem)` }}
        />
      )}
    </div>
  );
}

function useHeadroom(props: HeadroomBarProps): Headroom {
  const now = useNow();
  const { staffRole, agency } = useViewer();
  return headroomOf({ ...props, currency: staffRole === null ? null : agency.currency, now });
}

function unitOfLimit({ metric, cap }: ShownLimit): string {
  return metric === "cost" ? "" : unitOf(cap, metric === "tokens" ? "token" : "call");
}
