"use client";

import type { ComponentProps, ReactNode } from "react";
import { Field } from "./field";
import { Input } from "./input";

type TextFieldProps = Omit<ComponentProps<"input">, "value" | "onChange"> & {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  optional?: boolean | undefined;
  value: string;
  onChange: (value: string) => void;
};

export function TextField({ label, help, error, optional, onChange, ...input }: TextFieldProps) {
  return (
    <Field label={label} help={help} error={error} optional={optional}>
      {(control) => <Input {...control} {...input} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}
