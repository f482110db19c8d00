"use client";

import { Tooltip as Primitive } from "radix-ui";
import type { ReactNode } from "react";

/** How long a pointer rests on something before more is said. */
export const tooltipDelayMs = 300;

type TooltipProps = {
  content: ReactNode;
  children: ReactNode;
  side?: "top" | "right" | "bottom" | "left";
  /** Where something else decides when it shows. */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
};

/** Says more about its child on hover and focus. The child must be able to take the trigger's props. */
export function Tooltip({ content, children, side = "top", ...shown }: TooltipProps) {
  return (
    <Primitive.Root {...shown}>
      <Primitive.Trigger asChild>{children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 rounded-inner bg-fg px-2 py-1 text-caption text-bg select-none"
        >
          {content}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
