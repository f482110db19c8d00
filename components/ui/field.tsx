"use client";

import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Button } from "./button";
import type { FormFailure } from "./use-form";

type ControlProps = {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
};

type FieldProps = {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  optional?: boolean | undefined;
  /** Draws the control; the given props tie it to its label, help and error. */
  children: (control: ControlProps) => ReactNode;
};

/** Label above, help below, error beside the help. */
export function Field({ label, help, error, optional, children }: FieldProps) {
  const id = useId();
  const descriptions = [error && `${id}-error`, help && `${id}-help`].filter(Boolean);

  return (
    <div className="min-w-0">
      <div className="mb-1.5 flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {optional && <span className="text-caption text-faint">optional</span>}
      </div>
      {children({
        id,
        "aria-describedby": descriptions.length > 0 ? descriptions.join(" ") : undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {error && (
        <p id={`${id}-error`} className="mt-1.5 flex gap-1.5 text-caption text-over">
          <CircleAlert aria-hidden="true" className="mt-0.5 size-3 shrink-0" />
          {error}
        </p>
      )}
      {help && (
        <div id={`${id}-help`} className="mt-1.5 text-caption text-muted">
          {help}
        </div>
      )}
    </div>
  );
}

/** What went wrong with the form as a whole; read out as soon as it appears. */
export function FormErrorSummary({ message: failure }: { message: FormFailure | string | null }) {
  if (failure === null) return null;
  const { message, reload } = typeof failure === "string" ? { message: failure } : failure;

  return (
    <div role="alert" className="rounded-inner border border-over/40 bg-over/8 px-3 py-2 text-over">
      <p>{message}</p>
      {reload && (
        <Button className="mt-2" onClick={reload}>
          Load it again
        </Button>
      )}
    </div>
  );
}
