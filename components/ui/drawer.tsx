"use client";

import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";
import { useReturnFocus } from "./use-return-focus";

type DrawerProps = { title: string; description?: ReactNode; onClose: () => void; children: ReactNode };

/** Details of one thing, beside the list it comes from. Esc closes it, and focus returns to where it was. */
export function Drawer({ title, description, onClose, children }: DrawerProps) {
  const returnFocus = useReturnFocus();

  return (
    <Primitive.Root open onOpenChange={(open) => !open && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Primitive.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          {...returnFocus}
          className="fixed inset-y-0 end-0 z-40 w-full max-w-md overflow-y-auto bg-raised p-5 shadow-float focus:outline-none"
        >
          <div className="mb-5 pe-10">
            <Primitive.Title className="text-figure font-semibold [overflow-wrap:anywhere]">{title}</Primitive.Title>
            {description && <Primitive.Description className="mt-1 text-muted">{description}</Primitive.Description>}
          </div>
          {children}
          <Primitive.Close asChild>
            <Button look="quiet" size="icon" aria-label="Close" className="absolute end-3 top-3">
              <X aria-hidden="true" />
            </Button>
          </Primitive.Close>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
