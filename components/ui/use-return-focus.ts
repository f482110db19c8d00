"use client";

import { useRef } from "react";

/** Gives the focus back, when a dialog closes, to what had it before: for a menu's item, to the menu's button. */
export function useReturnFocus() {
  const origin = useRef<HTMLElement | null>(null);

  return {
    onOpenAutoFocus: () => {
      origin.current = originOf(document.activeElement);
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
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
