"use client";

import { Field } from "./field";
import { countOf } from "./format-amount";
import { Input } from "./input";
import { parseAmount } from "./parse-amount";

type AmountFieldProps = {
  label: string;
  /** What is counted, in the singular: `token`. */
  unit: string;
  value: string;
  onChange: (text: string) => void;
  error?: string | undefined;
  /** What an empty field means. */
  whenEmpty?: string;
  whenZero?: string;
  /** What else one has to know of it. */
  note?: string | undefined;
};

/** Takes "50k" or "1.5M" and says what it means. The form keeps the text; `parseAmount` reads it. */
export function AmountField({
  label,
  unit,
  value,
  onChange,
  error,
  whenEmpty = "No limit",
  whenZero = "0 blocks every call",
  note,
}: AmountFieldProps) {
  const help = (
    <>
      <span aria-live="polite">{meaning()}</span>
      {note && <span className="block">{note}</span>}
    </>
  );

  return (
    <Field label={label} error={error ?? mistake(value)} help={help}>
      {(control) => (
        <Input {...control} spellCheck={false} value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );

  function meaning(): string {
    const parsed = parseAmount(value);
    if (!parsed.valid) return "Such as 50000, 50k or 1.5M";
    if (parsed.amount === null) return whenEmpty;
    return parsed.amount === 0 ? whenZero : `= ${countOf(parsed.amount, unit)}`;
  }
}

function mistake(text: string): string | undefined {
  return parseAmount(text).valid ? undefined : "This is not a whole number";
}
