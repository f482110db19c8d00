"use client";

import { useSearchParams } from "next/navigation";

/**
 * A filter that lives in the URL, so that reload and back keep it. Its default is left out of the URL. Next follows
 * `history.replaceState`, so typing asks nothing of the server.
 */
export function useUrlState(name: string, initial = ""): [string, (value: string) => void] {
  const parameters = useSearchParams();

  function change(value: string) {
    const next = new URLSearchParams(window.location.search);
    if (value === initial) next.delete(name);
    else next.set(name, value);
    const query = next.toString();
    window.history.replaceState(null, "", query ? `?${query}` : window.location.pathname);
  }

  return [parameters.get(name) ?? initial, change];
}
