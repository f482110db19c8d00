import { CircleAlert, CircleCheck } from "lucide-react";
import type { ComponentProps } from "react";
import { classNames } from "./class-names";

/** What came of something that was tried, marked by whether it works. */
export function Outcome({ works, className, children, ...rest }: ComponentProps<"span"> & { works: boolean }) {
  const Icon = works ? CircleCheck : CircleAlert;

  return (
    <span className={classNames("flex items-center gap-1.5", works ? "text-ok" : "text-over", className)} {...rest}>
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      {children}
    </span>
  );
}
