"use client";

import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";
import { Field } from "./field";
import { controlClasses } from "./input";

type TextAreaFieldProps = Omit<ComponentProps<"textarea">, "value" | "onChange"> & {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  optional?: boolean | undefined;
  value: string;
  onChange: (value: string) => void;
};

/** A text of several lines, which grows with what is written in it. */
export function TextAreaField({ label, help, error, optional, onChange, className, ...area }: TextAreaFieldProps) {
  return (
    <Field label={label} help={help} error={error} optional={optional}>
      {(control) => (
        <textarea
          {...control}
          {...area}
          onChange={(event) => onChange(event.target.value)}
          className={classNames(controlClasses, "block field-sizing-content max-h-96 w-full py-2", className)}
        />
      )}
    </Field>
  );
}
