import type { ReactNode } from "react";
import { Tooltip } from "./tooltip";

/** A short text whose exact form shows on hover. Rows hold many of these, so they are no tab stops. */
export function HoverDetail({ detail, children }: { detail: string; children: ReactNode }) {
  return (
    <Tooltip content={detail}>
      <span className="whitespace-nowrap">{children}</span>
    </Tooltip>
  );
}
