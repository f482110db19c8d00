"use client";

import { type RefObject, useRef } from "react";

type Origin = RefObject<HTMLElement | null>;

/** Of a dialog that opened where nothing had the focus: one whose place it took may be about to close. */
let successor: Origin | null = null;

/**
 * Gives the focus back, when a dialog closes, to what had it before: for a menu's item, to the menu's button. A dialog that
 * took the place of another gives it to where that one had it from. Where that is gone, as with a row that was removed, the
 * first control of its section has it.
 */
export function useReturnFocus() {
  const origin = useRef<HTMLElement | null>(null);
  const section = useRef<Element | null>(null);

  return {
    onOpenAutoFocus: () => {
      origin.current = originOf(document.activeElement);
      section.current = origin.current?.closest("section[aria-labelledby]") ?? null;
      successor = origin.current === null ? origin : null;
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      const heir = successor === origin ? null : successor;
      successor = null;
      if (heir) {
        heir.current = origin.current;
        return;
      }
      if (origin.current?.isConnected) focusWhileThere(origin.current, section.current);
      else focusInstead(section.current);
    },
  };
}

function originOf(element: Element | null): HTMLElement | null {
  const menu = element?.closest("[role=menu]");
  const button = menu && document.getElementById(menu.getAttribute("aria-labelledby") ?? "");
  return button ?? (element instanceof HTMLElement && element !== document.body ? element : null);
}

/** What a dialog has removed may go only after it has closed, when its list has been loaded again. */
function focusWhileThere(element: HTMLElement, section: Element | null): void {
  element.focus();
  if (section === null) return;
  const observer = new MutationObserver(() => {
    if (document.activeElement === element) return;
    observer.disconnect();
    if (!element.isConnected && document.activeElement === document.body) focusInstead(section);
  });
  observer.observe(section, { childList: true, subtree: true });
}

function focusInstead(section: Element | null): void {
  const control = section?.isConnected && section.querySelector<HTMLElement>("a[href], button:enabled, input:enabled");
  (control || document.getElementById("content"))?.focus();
}
