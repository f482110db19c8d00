"use client";

import { type RefObject, useRef } from "react";

type Origin = RefObject<HTMLElement | null>;

/** Of a dialog that opened where nothing had the focus: one whose place it took may be about to close. */
let successor: Origin | null = null;

/**
 * Gives the focus back, when a dialog closes, to what had it before: for a menu's item, to the menu's button. A dialog that
 * took the place of another gives it to where that one had it from.
 */
export function useReturnFocus() {
  const origin = useRef<HTMLElement | null>(null);

  return {
    onOpenAutoFocus: () => {
      origin.current = originOf(document.activeElement);
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
      const target = origin.current?.isConnected ? origin.current : document.getElementById("content");
      target?.focus();
    },
  };
}

function originOf(element: Element | null): HTMLElement | null {
  const menu = element?.closest("[role=menu]");
  const button = menu && document.getElementById(menu.getAttribute("aria-labelledby") ?? "");
  return button ?? (element instanceof HTMLElement && element !== document.body ? element : null);
}
