"use client";

import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { classNames } from "./class-names";
import { Tooltip, tooltipDelayMs } from "./tooltip";

/** Long enough to get from the text to what is said of it. */
const graceMs = 150;

type HoverDetailProps = {
  detail: string;
  children: ReactNode;
  /** A block where what it is about is more than a text. */
  as?: "span" | "div";
  className?: string;
};

/**
 * A short text whose exact form shows on hover. Rows hold many of these, so they are no tab stops; and a page hundreds, so
 * that there is a tooltip only while a pointer rests on one.
 */
export function HoverDetail({ detail, children, as: Element = "span", className }: HoverDetailProps) {
  const [isOpen, setOpen] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  return (
    <Element
      className={classNames("relative whitespace-nowrap", className)}
      onPointerEnter={enter}
      onPointerLeave={() => setOpenAfter(graceMs, false)}
    >
      {children}
      {isOpen && (
        <Tooltip content={detail} open onOpenChange={setOpen}>
          <span aria-hidden="true" className="pointer-events-none absolute inset-0" />
        </Tooltip>
      )}
    </Element>
  );

  function enter({ pointerType }: PointerEvent) {
    if (pointerType !== "touch") setOpenAfter(tooltipDelayMs, true);
  }

  function setOpenAfter(ms: number, next: boolean) {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(next), ms);
  }
}
