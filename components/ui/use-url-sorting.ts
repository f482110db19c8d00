"use client";

import type { SortingState } from "@tanstack/react-table";
import { useUrlState } from "./use-url-state";

/** A table's order in the URL: `name`, or `-tokens` for descending. */
export function useUrlSorting(initial: string): [SortingState, (sorting: SortingState) => void] {
  const [sort, setSort] = useUrlState("sort", initial);
  const sorting = [{ id: sort.replace(/^-/, ""), desc: sort.startsWith("-") }];

  return [sorting, ([first]) => setSort(first ? `${first.desc ? "-" : ""}${first.id}` : initial)];
}
