import type { UsageSource } from "@/lib/usage/schema";
import { isUsed, type Series, sourceNames } from "./series";

/** What is singled out, as the URL has it: a series' id, `other`, or `class:web`. Empty is nothing. */
export type Selection = string;

export const otherSelection = "other";

export function classSelection(source: UsageSource): Selection {
  return `class:${source}`;
}

/** Whether a series is among what is selected. `other` is what has no colour of its own. */
export function isSelected(series: Series, selection: Selection, ranked: Series[]): boolean {
  if (selection === otherSelection) return isOther(series, ranked);
  if (selection.startsWith("class:")) return series.source === selection.slice("class:".length);
  return series.id === selection;
}

/** Whether a series shares the grey of "Other": it has use, and no colour of its own, also as another report has it. */
export function isOther(series: Series, ranked: Series[]): boolean {
  return isUsed(series) && ranked.every(({ id }) => id !== series.id);
}

/** What is selected, in words; null for what is not there (any more), which selects nothing. */
export function selectionInWords(selection: Selection, all: Series[], ranked: Series[]): string | null {
  const selected = all.filter((series) => isSelected(series, selection, ranked));
  const [first] = selected;
  if (!first || selection === "") return null;
  if (selection === otherSelection) return `Other (${selected.length})`;
  if (selection.startsWith("class:")) return sourceNames[first.source];
  return first.prefix ? `${first.name} (${first.prefix}…)` : first.fullName;
}
