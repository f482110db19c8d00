"use client";

import { ChevronDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { HoverDetail } from "@/components/ui/hover-detail";
import { type ChartPart, otherColor } from "./chart-parts";
import type { FormatAmount } from "./measure";
import type { Selection } from "./selection";

export type LegendEntry = Pick<ChartPart, "id" | "name" | "selects" | "color" | "isDimmed" | "total">;

type ChartLegendProps = {
  entries: LegendEntry[];
  /** What "Other" is made of. */
  others: Omit<LegendEntry, "color" | "isDimmed">[];
  selection: Selection;
  onSelect: (selection: Selection) => void;
  format: FormatAmount;
};

/** Names, colours and totals; each entry selects what it names. "Other" opens into its parts. */
export function ChartLegend({ entries, others, selection, onSelect, format }: ChartLegendProps) {
  const [opened, setOpened] = useState(false);
  const parts = others.map((part) => ({
    ...part,
    color: otherColor,
    isDimmed: selection !== "" && selection !== part.selects,
  }));

  return (
    <div className="mt-1">
      <ul aria-label="Series" className="flex flex-wrap items-center gap-x-1 gap-y-0.5">
        {entries.map((entry, place) => (
          <Entry key={entry.id} entry={entry} selection={selection} onSelect={onSelect} format={format}>
            {others.length > 0 && place === entries.length - 1 && (
              <Button
                look="quiet"
                aria-expanded={opened}
                onClick={() => setOpened(!opened)}
                className="max-h-7 px-2"
                aria-label={opened ? "Close the parts of Other" : "Open the parts of Other"}
              >
                <ChevronDown aria-hidden="true" className={opened ? "rotate-180" : ""} />
              </Button>
            )}
          </Entry>
        ))}
      </ul>
      {opened && others.length > 0 && (
        <ul
          aria-label="Parts of Other"
          className="mt-1 flex max-h-48 flex-wrap gap-x-1 gap-y-0.5 overflow-y-auto rounded-inner border border-line p-1"
        >
          {parts.map((entry) => (
            <Entry key={entry.id} entry={entry} selection={selection} onSelect={onSelect} format={format} />
          ))}
        </ul>
      )}
    </div>
  );
}

type EntryProps = Pick<ChartLegendProps, "selection" | "onSelect" | "format"> & {
  entry: LegendEntry;
  /** Stays beside it. */
  children?: ReactNode;
};

function Entry({ entry, selection, onSelect, format, children }: EntryProps) {
  const { short, full } = format(entry.total);
  const isChosen = selection === entry.selects;

  return (
    <li className="flex min-w-0 max-w-full">
      <button
        type="button"
        aria-pressed={isChosen}
        onClick={() => onSelect(isChosen ? "" : entry.selects)}
        className={classNames(
          "flex h-7 min-w-0 items-center gap-2 rounded-inner px-2 hover:bg-hover aria-pressed:bg-accent/8",
          entry.isDimmed && "text-muted",
        )}
      >
        <span
          aria-hidden="true"
          className={classNames("size-2.5 shrink-0 rounded-[2px]", entry.isDimmed && "opacity-40")}
          style={{ backgroundColor: entry.color }}
        />
        <bdi className="max-w-56 truncate" title={entry.name}>
          {entry.name}
        </bdi>
        <HoverDetail detail={full}>
          <span className="text-muted">{short}</span>
        </HoverDetail>
      </button>
      {children}
    </li>
  );
}
