"use client";

import { X } from "lucide-react";
import { useEffect, useEffectEvent } from "react";

type SelectionChipProps = { name: string; onClear: () => void };

/** What is singled out, in words; a click on it or Escape clears it. */
export function SelectionChip({ name, onClear }: SelectionChipProps) {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === "Escape" && !isMeantForOthers(event)) onClear();
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);

  return (
    <button
      type="button"
      onClick={onClear}
      aria-label={`Clear selection: ${name}`}
      className="inline-flex h-7 min-w-0 max-w-full items-center gap-1.5 rounded-full border border-accent/35 bg-accent/8 ps-3 pe-2 font-medium text-accent hover:bg-accent/15"
    >
      <bdi className="truncate">{name}</bdi>
      <X aria-hidden="true" className="size-3.5 shrink-0" />
    </button>
  );
}

/** Escape first closes what is open and clears the field that is typed in. */
function isMeantForOthers(event: KeyboardEvent): boolean {
  const isTyping =
    event.target instanceof Element && event.target.closest("input, textarea, [role=menu], [role=listbox]");
  return (
    event.defaultPrevented || Boolean(isTyping) || document.querySelector("[role=dialog], [role=alertdialog]") !== null
  );
}
