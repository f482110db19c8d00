"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { DayPicker } from "react-day-picker";
import type { Temporal } from "temporal-polyfill";
import { temporal } from "@/lib/temporal";
import { classNames } from "./class-names";

type CalendarProps = {
  chosen: Temporal.PlainDate | null;
  today: Temporal.PlainDate;
  onChoose: (date: Temporal.PlainDate) => void;
};

const navigation = "flex size-8 items-center justify-center rounded-inner text-muted hover:bg-hover hover:text-fg";

/** A month to choose a day from; arrow keys move through the days. */
export function Calendar({ chosen, today, onChoose }: CalendarProps) {
  return (
    <DayPicker
      mode="single"
      required
      autoFocus
      weekStartsOn={1}
      showOutsideDays
      fixedWeeks
      selected={chosen ? dateOf(chosen) : undefined}
      defaultMonth={dateOf(chosen ?? today)}
      today={dateOf(today)}
      onSelect={(date) => onChoose(plainOf(date))}
      components={{ Chevron }}
      classNames={{
        root: "w-64",
        months: "relative",
        month_caption: "flex h-8 items-center ps-2 font-medium",
        nav: "absolute end-0 top-0 flex",
        button_previous: navigation,
        button_next: navigation,
        month_grid: "mt-2 w-full border-collapse",
        weekday: "h-7 text-caption font-medium text-muted",
        day: "group p-0.5 text-center",
        day_button: classNames(
          "size-8 rounded-inner hover:bg-hover group-data-outside:text-faint",
          "group-data-today:font-semibold group-data-today:text-accent",
          "group-aria-selected:bg-accent group-aria-selected:text-on-accent",
        ),
      }}
    />
  );
}

function Chevron({ orientation }: { orientation?: string | undefined }) {
  const Icon = orientation === "left" ? ChevronLeft : ChevronRight;
  return <Icon aria-hidden="true" className="size-4" />;
}

/** The library speaks of days as dates on this browser's clock. At noon no zone's change of clocks makes another day of it. */
function dateOf({ year, month, day }: Temporal.PlainDate): Date {
  return new Date(year, month - 1, day, 12);
}

function plainOf(date: Date): Temporal.PlainDate {
  return temporal.PlainDate.from({ year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() });
}
