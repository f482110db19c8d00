"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useLayoutEffect, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

/** What was written into the address here and the router may not have handed on yet. */
let written: { pathname: string; search: string } | null = null;

/**
 * A filter that lives in the URL, so that reload and back keep it. Its default is left out of the URL. The router tells what
 * is in the address, but of what is written here only with a delay, in which quick typing would lose letters; of a page
 * that is gone to it tells before the address does.
 */
export function useUrlState(name: string, initial = ""): [string, (value: string) => void] {
  const rendered = useSearchParams().toString();
  const ahead = useSyncExternalStore(subscribe, searchAhead, () => null);
  const search = ahead ?? rendered;

  useLayoutEffect(() => {
    if (written === null || (searchAhead() !== null && searchAhead() !== rendered)) return;
    written = null;
    notify();
  }, [rendered]);

  const change = useCallback(
    (value: string) => {
      const next = new URLSearchParams(window.location.search);
      if (value === initial) next.delete(name);
      else next.set(name, value);
      const query = next.toString();
      window.history.replaceState(null, "", query ? `?${query}` : window.location.pathname);
      written = { pathname: window.location.pathname, search: query };
      notify();
    },
    [name, initial],
  );

  return [new URLSearchParams(search).get(name) ?? initial, change];
}

/** Null once the address is another one. */
function searchAhead(): string | null {
  const isThere =
    written?.pathname === window.location.pathname &&
    written.search === new URLSearchParams(window.location.search).toString();
  return isThere ? (written?.search ?? null) : null;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

function notify() {
  for (const listener of listeners) listener();
}
