import { setNonce } from "get-nonce";

/** The nonce with which this document may hold styles that are written by scripts; undefined on the server. */
export function styleNonce(): string | undefined {
  if (typeof document === "undefined") return undefined;
  return document.querySelector<HTMLElement>("script[nonce]")?.nonce || undefined;
}

// Dialogs and menus keep the page behind them from scrolling by a style that their library writes.
const nonce = styleNonce();
if (nonce !== undefined) setNonce(nonce);
