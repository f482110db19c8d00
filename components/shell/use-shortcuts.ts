"use client";

import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent, useRef } from "react";
import { useDestinations } from "./destinations";
import { hasLetterShortcuts } from "./preference";

const sequenceMs = 1_500;

type Shortcuts = { onShowHelp: () => void; onOpenPalette: () => void };

/** `Ctrl K` or `⌘K` goes anywhere, `/` searches, `g` and a letter goes, `j` and `k` move through a table, `?` shows the help. */
export function useShortcuts({ onShowHelp, onOpenPalette }: Shortcuts): void {
  const router = useRouter();
  const destinations = useDestinations();
  const goPressedAt = useRef(Number.NEGATIVE_INFINITY);

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (isPaletteKey(event)) {
      event.preventDefault();
      if (!isDialogOpen()) onOpenPalette();
      return;
    }
    const isLetter = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
    if (!isLetter || isBusyElsewhere(event.target) || !hasLetterShortcuts()) return;

    const afterGo = event.timeStamp - goPressedAt.current < sequenceMs;
    goPressedAt.current = Number.NEGATIVE_INFINITY;
    const destination = afterGo && destinations.find(({ letter }) => letter === event.key);
    if (destination) router.push(destination.href);
    else if (event.key === "g") goPressedAt.current = event.timeStamp;
    else if (event.key === "/") focusSearch();
    else if (event.key === "j") focusRow(1);
    else if (event.key === "k") focusRow(-1);
    else if (event.key === "?") onShowHelp();
    else return;
    event.preventDefault();
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}

/** A letter typed into a field, a list of choices, a menu or a dialog means itself. */
function isBusyElsewhere(target: EventTarget | null): boolean {
  const isTyping =
    target instanceof Element &&
    target.closest("input, textarea, select, [contenteditable], [role=menu], [role=combobox], [role=listbox]");
  return Boolean(isTyping) || isDialogOpen();
}

function isDialogOpen(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog]") !== null;
}

/** Also in a field, where it means nothing else. */
function isPaletteKey({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  return key.toLowerCase() === "k" && (ctrlKey || metaKey) && !altKey && !shiftKey;
}

function focusSearch(): void {
  const search = document.querySelector<HTMLInputElement>("input[data-search]");
  search?.focus();
  search?.select();
}

function focusRow(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>("main [data-row-link]")];
  const current = links.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
  const next = current === -1 ? 0 : Math.min(Math.max(current + step, 0), links.length - 1);
  links[next]?.focus();
}
