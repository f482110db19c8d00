"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

/**
 * A filter that lives in the URL, so that reload and back keep it. Its default is left out of the URL. It is read from the
 * address itself, since Next hands it on with a delay in which quick typing would lose letters.
 */
export function useUrlState(name: string, initial = ""): [string, (value: string) => void] {
  const rendered = useSearchParams();
  const search = useSyncExternalStore(subscribe, currentSearch, () => rendered.toString());

  const change = useCallback(
    (value: string) => {
      const next = new URLSearchParams(window.location.search);
      if (value === initial) next.delete(name);
      else next.set(name, value);
      const query = next.toString();
      window.history.replaceState(null, "", query ? `?${query}` : window.location.pathname);
      for (const listener of listeners) listener();
    },
    [name, initial],
  );

  return [new URLSearchParams(search).get(name) ?? initial, change];
}

/** Spelt as the server spells it: where both differed, the whole page would be drawn a second time at once. */
function currentSearch(): string {
  return new URLSearchParams(window.location.search).toString();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}
