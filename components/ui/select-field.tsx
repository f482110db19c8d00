"use client";

import type { ComponentProps, ReactNode } from "react";
import { Field } from "./field";
import { Select } from "./select";

type SelectFieldProps = Pick<
  ComponentProps<typeof Select>,
  "value" | "onChange" | "options" | "placeholder" | "disabled"
> & {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
};

export function SelectField({ label, help, error, ...select }: SelectFieldProps) {
  return (
    <Field label={label} help={help} error={error}>
      {(control) => <Select {...control} {...select} />}
    </Field>
  );
}
