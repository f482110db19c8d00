"use client";

import { type RefObject, useEffect, useState } from "react";

/** Whether an element's content is wider than the element, so that it scrolls sideways. */
export function useOverflows(element: RefObject<HTMLElement | null>): boolean {
  const [overflows, setOverflows] = useState(false);

  useEffect(() => {
    const current = element.current;
    if (!current) return;
    const measure = () => setOverflows(current.scrollWidth > current.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    for (const child of current.children) observer.observe(child);
    return () => observer.disconnect();
  }, [element]);

  return overflows;
}
