"use client";

import { Field } from "./field";
import { Input } from "./input";

type InstantFieldProps = {
  label: string;
  timeZone: string;
  /** As `localTextOf` gives it. */
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  whenEmpty: string;
};

/** A date and time on the clocks of a zone, which it names. */
export function InstantField({ label, timeZone, value, onChange, error, whenEmpty }: InstantFieldProps) {
  return (
    <Field label={label} optional error={error} help={value === "" ? whenEmpty : `Time in ${timeZone}`}>
      {(control) => (
        <Input {...control} type="datetime-local" value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}
