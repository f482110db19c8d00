"use client";

import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";
import { classNames } from "./class-names";
import { useReturnFocus } from "./use-return-focus";

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  width?: "narrow" | "wide";
  /** What is shown cannot be brought back, so a stray click beside it must not close it. */
  keepOnOutsideClick?: boolean;
};

/** A window over the page with a title of its own. Esc closes it, and focus returns to where it was. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, children, width = "narrow", keepOnOutsideClick } = props;
  const returnFocus = useReturnFocus();

  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 grid place-items-center overflow-y-auto bg-scrim px-3 py-6">
          <Primitive.Content
            {...(description ? {} : { "aria-describedby": undefined })}
            {...returnFocus}
            onInteractOutside={(event) => keepOnOutsideClick && event.preventDefault()}
            onEscapeKeyDown={(event) => isListOpen(event.target) && event.preventDefault()}
            className={classNames(
              "relative w-full rounded-outer bg-raised p-5 shadow-float focus:outline-none",
              width === "narrow" ? "max-w-md" : "max-w-2xl",
            )}
          >
            <div className="mb-5 pe-10">
              <Primitive.Title className="text-figure font-semibold [overflow-wrap:anywhere]">{title}</Primitive.Title>
              {description && (
                <Primitive.Description className="mt-1 text-muted [overflow-wrap:anywhere]">
                  {description}
                </Primitive.Description>
              )}
            </div>
            {children}
            <Primitive.Close asChild>
              <Button look="quiet" size="icon" aria-label="Close" className="absolute end-3 top-3">
                <X aria-hidden="true" />
              </Button>
            </Primitive.Close>
          </Primitive.Content>
        </Primitive.Overlay>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** Esc closes the list of a field first, which hears of it later than the dialog. */
function isListOpen(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("[role=combobox][aria-expanded=true]");
}

/** The row of buttons at a dialog's end, the one that acts last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-wrap justify-end gap-2">{children}</div>;
}
