"use client";

import { type ReactNode, useRef } from "react";
import { useOverflows } from "./use-overflows";

/** Scrolls sideways what is too wide for the page; while it does, the keyboard can reach it. */
export function ScrollRegion({ label, children }: { label: string; children: ReactNode }) {
  const region = useRef<HTMLElement>(null);
  const scrolls = useOverflows(region);

  return (
    <section
      ref={region}
      className="@container relative overflow-x-auto"
      {...(scrolls && { tabIndex: 0, "aria-label": `${label}, scrolls sideways` })}
    >
      {children}
    </section>
  );
}
