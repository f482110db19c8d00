"use client";

import { useSyncExternalStore } from "react";

/** Where this installation is reached: the address in the browser's bar. */
export function useOrigin(): string {
  return useSyncExternalStore(
    () => () => {},
    () => window.location.origin,
    () => "",
  );
}
