"use client";

import { useState } from "react";
import type { Temporal } from "temporal-polyfill";
import { temporal } from "@/lib/temporal";
import { CalendarButton } from "./calendar-button";
import { Input } from "./input";
import { parseLocal, writeDate } from "./local-instant";

type DateInputProps = {
  label: string;
  /** `2026-11-24`, and so `value`. */
  today: string;
  value: string;
  onChange: (date: string) => void;
};

/** A day, written as `24 Nov 2026` or chosen from a calendar. What is no date goes back to what it was. */
export function DateInput({ label, today, value, onChange }: DateInputProps) {
  const [text, setText] = useState<string | null>(null);
  const chosen = parseLocal(value)?.toPlainDate() ?? null;

  function choose(date: Temporal.PlainDate | undefined) {
    setText(null);
    if (date) onChange(date.toString());
  }

  return (
    <div className="relative min-w-0 grow sm:w-38">
      <Input
        aria-label={label}
        className="pe-10"
        spellCheck={false}
        value={text ?? (chosen ? writeDate(chosen) : "")}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => text !== null && choose(parseLocal(text)?.toPlainDate())}
        onKeyDown={(event) => event.key === "Enter" && choose(parseLocal(text ?? "")?.toPlainDate())}
      />
      <CalendarButton chosen={chosen} today={temporal.PlainDate.from(today)} onChoose={choose} />
    </div>
  );
}
