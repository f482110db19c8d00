"use client";

import { Check, Minus } from "lucide-react";
import { Checkbox as Primitive } from "radix-ui";

type SelectBoxProps = { label: string; checked: boolean | "indeterminate"; onChange: (checked: boolean) => void };

/** Chooses a row of a table, or all of them; its label is read, not shown. */
export function SelectBox({ label, checked, onChange }: SelectBoxProps) {
  return (
    <Primitive.Root
      aria-label={label}
      checked={checked}
      onCheckedChange={(next) => onChange(next === true)}
      className="group flex size-6 items-center justify-center rounded-inner align-middle"
    >
      <span className="flex size-4 items-center justify-center rounded-[4px] border border-line-strong bg-surface text-on-accent group-data-[state=checked]:border-accent group-data-[state=checked]:bg-accent group-data-[state=indeterminate]:border-accent group-data-[state=indeterminate]:bg-accent">
        {checked === true && <Check aria-hidden="true" className="size-3" strokeWidth={3} />}
        {checked === "indeterminate" && <Minus aria-hidden="true" className="size-3" strokeWidth={3} />}
      </span>
    </Primitive.Root>
  );
}
