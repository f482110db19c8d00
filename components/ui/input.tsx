import type { ComponentProps } from "react";
import { classNames } from "./class-names";

export const controlClasses =
  "rounded-inner border border-line-strong bg-surface px-2.5 text-fg aria-invalid:border-over disabled:bg-hover disabled:text-muted";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return <input autoComplete="off" className={classNames(controlClasses, "h-9 w-full", className)} {...props} />;
}
