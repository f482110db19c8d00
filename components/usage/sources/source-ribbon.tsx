"use client";

import { countOf } from "@/components/ui/format-amount";
import { Skeleton } from "@/components/ui/skeleton";
import { Tooltip } from "@/components/ui/tooltip";
import type { SourcesReport, UsageSource } from "@/lib/usage/schema";
import { ribbonParts } from "./ribbon-parts";
import { classSelection, type Selection } from "./selection";
import { sourceNames } from "./series";
import { shareInWords } from "./shares";

type SourceRibbonProps = {
  totals: SourcesReport["totals"] | undefined;
  selection: Selection;
  onSelect: (selection: Selection) => void;
};

/** How use is made up of keys, playground and legacy keys; each part selects its class. */
export function SourceRibbon({ totals, selection, onSelect }: SourceRibbonProps) {
  if (!totals) return <Skeleton className="h-14" />;

  const { metric, parts } = ribbonParts(totals);
  if (parts.length === 0) return <p className="text-muted">No use in this time.</p>;

  return (
    <div>
      <fieldset aria-label={`Sources by ${metric}s`} className="flex h-7 gap-0.5">
        {parts.map(({ source, amount, share, requests }) => {
          const isChosen = selection === classSelection(source);
          const used =
            amount > 0 ? countOf(amount, metric) : `${countOf(amount, metric)}, ${countOf(requests, "request")}`;
          const words = `${sourceNames[source]}: ${shareInWords(share, amount)}, ${used}`;
          return (
            <Tooltip key={source} content={words}>
              <button
                type="button"
                aria-label={words}
                aria-pressed={isChosen}
                onClick={() => onSelect(isChosen ? "" : classSelection(source))}
                style={{ flexGrow: Math.max(0, amount), backgroundColor: `var(--color-source-${source})` }}
                className={`min-w-6 basis-0 first:rounded-s-inner last:rounded-e-inner ${isFaded(source, selection) ? "opacity-30" : ""}`}
              />
            </Tooltip>
          );
        })}
      </fieldset>
      <ul className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
        {parts.map(({ source, amount, share }) => (
          <li key={source} className="flex items-center gap-2 whitespace-nowrap">
            <span
              aria-hidden="true"
              className="size-2.5 rounded-full"
              style={{ backgroundColor: `var(--color-source-${source})` }}
            />
            {sourceNames[source]}
            <span className="font-medium">{shareInWords(share, amount)}</span>
          </li>
        ))}
      </ul>
      {metric === "request" && (
        <p className="mt-1 text-caption text-muted">Shares of requests: no tokens were counted.</p>
      )}
    </div>
  );
}

function isFaded(source: UsageSource, selection: Selection): boolean {
  return selection.startsWith("class:") && selection !== classSelection(source);
}
