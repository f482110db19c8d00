"use client";

import { type RefObject, useRef } from "react";

/** What had the focus, and the part of the page that it stands in. */
type Origin = { element: HTMLElement; section: Element | null };

/** Of a dialog that opened where nothing had the focus: one whose place it took may be about to close. */
let successor: RefObject<Origin | null> | null = null;

/**
 * Gives the focus back, when a dialog closes, to what had it before: for a menu's item, to the menu's button. A dialog that
 * took the place of another gives it to where that one had it from. Where that is gone, as with a row that was removed, the
 * first control of its section has it.
 */
export function useReturnFocus() {
  const origin = useRef<Origin | null>(null);

  return {
    onOpenAutoFocus: () => {
      origin.current = originOf(document.activeElement);
      successor = origin.current === null ? origin : null;
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      const heir = successor === origin ? null : successor;
      successor = null;
      if (heir) heir.current = origin.current;
      else if (origin.current?.element.isConnected) focusWhileThere(origin.current);
      else focusInstead(origin.current?.section);
    },
  };
}

function originOf(active: Element | null): Origin | null {
  const menu = active?.closest("[role=menu]");
  const button = menu && document.getElementById(menu.getAttribute("aria-labelledby") ?? "");
  const element = button ?? (active instanceof HTMLElement && active !== document.body ? active : null);
  return element && { element, section: element.closest("section[aria-labelledby]") };
}

/** What a dialog has removed may go only after it has closed, when its list has been loaded again; until somebody does something else. */
function focusWhileThere({ element, section }: Origin): void {
  element.focus();
  if (section === null) return;
  const over = new AbortController();
  const observer = new MutationObserver(() => {
    if (element.isConnected) return;
    over.abort();
    if (document.activeElement === document.body) focusInstead(section);
  });
  over.signal.addEventListener("abort", () => observer.disconnect());
  for (const act of ["pointerdown", "keydown"])
    document.addEventListener(act, () => over.abort(), { capture: true, signal: over.signal });
  observer.observe(section, { childList: true, subtree: true });
}

function focusInstead(section: Element | null | undefined): void {
  const control = section?.isConnected && section.querySelector<HTMLElement>("a[href], button:enabled, input:enabled");
  (control || document.getElementById("content"))?.focus();
}
