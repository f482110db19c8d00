"use client";

import { createContext, type ReactNode, startTransition, useContext, useEffect, useRef, useState } from "react";

const NowContext = createContext<Date | null>(null);
const tickMs = 15_000;

/** Gives its children the time, first as the server had it (so that both render the same), then moving on. */
export function NowProvider({ startsAt, children }: { startsAt: number; children: ReactNode }) {
  const [now, setNow] = useState(() => new Date(startsAt));
  const shown = useRef(startsAt);

  useEffect(() => {
    // Hundreds of places may show it: drawn anew as a transition, they never keep the page from answering.
    const tick = () => {
      shown.current = Date.now();
      startTransition(() => setNow(new Date()));
    };
    if (Math.abs(Date.now() - shown.current) > tickMs) tick();
    const timer = setInterval(tick, tickMs);
    return () => clearInterval(timer);
  }, []);

  return <NowContext value={now}>{children}</NowContext>;
}

export function useNow(): Date {
  const now = useContext(NowContext);
  if (!now) throw new Error("useNow needs a NowProvider above it.");
  return now;
}
