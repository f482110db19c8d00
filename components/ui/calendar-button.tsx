"use client";

import { CalendarDays } from "lucide-react";
import dynamic from "next/dynamic";
import { Popover } from "radix-ui";
import { useState } from "react";
import type { Temporal } from "temporal-polyfill";
import { Button } from "./button";
import { Skeleton } from "./skeleton";

const Calendar = dynamic(() => import("./calendar").then((module) => module.Calendar), {
  ssr: false,
  loading: () => <Skeleton className="h-72 w-64" />,
});

type CalendarButtonProps = {
  chosen: Temporal.PlainDate | null;
  today: Temporal.PlainDate;
  /** Spans from today that are wanted often. */
  spans?: { label: string; days: number }[];
  onChoose: (date: Temporal.PlainDate) => void;
};

/** Stands at the end of a field in which a date can be written, and opens a calendar to choose it from. */
export function CalendarButton({ chosen, today, spans = [], onChoose }: CalendarButtonProps) {
  const [isOpen, setOpen] = useState(false);

  function choose(date: Temporal.PlainDate) {
    onChoose(date);
    setOpen(false);
  }

  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button look="quiet" size="icon" aria-label="Open the calendar" className="absolute end-0.5 top-0.5">
          <CalendarDays aria-hidden="true" />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label="Calendar"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-50 rounded-outer bg-raised p-3 shadow-float focus:outline-none"
        >
          <Calendar chosen={chosen} today={today} onChoose={choose} />
          {spans.length > 0 && (
            <div className="mt-2 flex max-w-64 flex-wrap gap-1 border-t border-line pt-2">
              {spans.map(({ label, days }) => (
                <Button key={days} look="quiet" onClick={() => choose(today.add({ days }))}>
                  {label}
                </Button>
              ))}
            </div>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
