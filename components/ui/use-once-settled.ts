"use client";

import { useEffect, useState } from "react";

/**
 * What Enter does in a list that is still being looked for: it acts on what will be found, not on what was found for the
 * text before. `forget` takes it back, as typing on does.
 */
export function useOnceSettled(isSettled: boolean, act: () => void) {
  const [isAsked, setAsked] = useState(false);

  useEffect(() => {
    if (!isAsked || !isSettled) return;
    setAsked(false);
    act();
  });

  return { isAsked, ask: () => setAsked(true), forget: () => setAsked(false) };
}
