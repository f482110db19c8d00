"use client";

import { Combobox } from "./combobox";
import { Field } from "./field";
import { formatClock } from "./format-time";
import { useNow } from "./now";

type TimeZoneFieldProps = { value: string; onChange: (timeZone: string) => void; error?: string; help?: string };

const timeZones = Array.from(new Set(["UTC", ...Intl.supportedValuesOf("timeZone")]));

export function TimeZoneField({ value, onChange, error, help }: TimeZoneFieldProps) {
  const now = useNow();
  const clock = timeZones.includes(value) ? `It is ${formatClock(now, { timeZone: value, now })} there.` : "";

  return (
    <Field label="Time zone" error={error} help={[help, clock].filter(Boolean).join(" ")}>
      {(control) => <Combobox {...control} value={value} onChange={onChange} options={timeZones} />}
    </Field>
  );
}
