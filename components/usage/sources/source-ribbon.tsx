"use client";

import { countOf } from "@/components/ui/format-amount";
import { Skeleton } from "@/components/ui/skeleton";
import { Tooltip } from "@/components/ui/tooltip";
import type { SourcesReport, UsageSource } from "@/lib/usage/schema";
import { classSelection, type Selection } from "./selection";
import { sourceNames } from "./series";
import { shareInWords, sharesOf } from "./shares";

const sourceOrder: UsageSource[] = ["apikey", "web", "legacy"];

type SourceRibbonProps = {
  totals: SourcesReport["totals"] | undefined;
  selection: Selection;
  onSelect: (selection: Selection) => void;
};

/** How use is made up of keys, playground and legacy keys; each part selects its class. */
export function SourceRibbon({ totals, selection, onSelect }: SourceRibbonProps) {
  if (!totals) return <Skeleton className="h-14" />;

  const { metric, parts } = partsOf(totals);
  const used = parts.filter(({ amount }) => amount > 0);
  if (used.length === 0) return <p className="text-muted">No use in this time.</p>;

  return (
    <div>
      <fieldset aria-label={`Sources by ${metric}s`} className="flex h-7 gap-0.5">
        {used.map(({ source, amount, share }) => {
          const isChosen = selection === classSelection(source);
          const words = `${sourceNames[source]}: ${shareInWords(share, amount)}, ${countOf(amount, metric)}`;
          return (
            <Tooltip key={source} content={words}>
              <button
                type="button"
                aria-label={words}
                aria-pressed={isChosen}
                onClick={() => onSelect(isChosen ? "" : classSelection(source))}
                style={{ flexGrow: amount, backgroundColor: `var(--color-source-${source})` }}
                className={`min-w-6 basis-0 first:rounded-s-inner last:rounded-e-inner ${isFaded(source, selection) ? "opacity-30" : ""}`}
              />
            </Tooltip>
          );
        })}
      </fieldset>
      <ul className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
        {used.map(({ source, amount, share }) => (
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

/** Shares of tokens; where there are none, of calls. */
function partsOf({ bySource }: SourcesReport["totals"]) {
  const metric = bySource.some(({ totalTokens }) => totalTokens > 0) ? "token" : "request";
  const amounts = sourceOrder.map((source) => {
    const use = bySource.find((each) => each.source === source);
    return (metric === "token" ? use?.totalTokens : use?.requests) ?? 0;
  });
  const shares = sharesOf(amounts);
  const parts = sourceOrder.map((source, place) => ({
    source,
    amount: amounts[place] as number,
    share: shares[place] as number,
  }));
  return { metric, parts };
}

function isFaded(source: UsageSource, selection: Selection): boolean {
  return selection.startsWith("class:") && selection !== classSelection(source);
}
