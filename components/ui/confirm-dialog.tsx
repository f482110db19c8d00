"use client";

import { AlertDialog } from "radix-ui";
import { type ReactNode, useRef, useState } from "react";
import { Button } from "./button";
import { FormErrorSummary } from "./field";
import { messageOf } from "./message-of";
import { showToast } from "./toast";
import { useReturnFocus } from "./use-return-focus";

type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Names the thing: `Revoke key "shop"?` */
  title: string;
  /** What will happen. */
  children: ReactNode;
  action: string;
  look?: "danger" | "primary";
  /** The dialog stays open and shows the reason when this fails. */
  onConfirm: () => Promise<unknown>;
};

export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  children,
  action,
  look = "danger",
  onConfirm,
}: ConfirmDialogProps) {
  const returnFocus = useReturnFocus();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const content = useRef<HTMLDivElement>(null);

  async function confirm() {
    const asked = content.current;
    setBusy(true);
    setFailure(null);
    try {
      await onConfirm();
      if (content.current === asked) onOpenChange(false);
    } catch (error) {
      // Closed meanwhile, it can show nothing any more.
      if (content.current === asked) setFailure(messageOf(error));
      else showToast({ tone: "over", title: `Not done: ${title}`, description: messageOf(error) });
    } finally {
      setBusy(false);
    }
  }

  function changeOpen(next: boolean) {
    setFailure(null);
    onOpenChange(next);
  }

  return (
    <AlertDialog.Root open={open} onOpenChange={changeOpen}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 grid place-items-center overflow-y-auto bg-scrim px-3 py-6">
          <AlertDialog.Content
            {...returnFocus}
            ref={content}
            className="w-full max-w-md rounded-outer bg-raised p-5 shadow-float focus:outline-none"
          >
            <AlertDialog.Title className="text-figure font-semibold [overflow-wrap:anywhere]">
              {title}
            </AlertDialog.Title>
            <AlertDialog.Description asChild>
              <div className="mt-2 mb-4 grid gap-2 text-muted [overflow-wrap:anywhere]">{children}</div>
            </AlertDialog.Description>
            <FormErrorSummary message={failure} />
            <div className="mt-6 flex flex-wrap justify-end gap-2">
              <AlertDialog.Cancel asChild>
                <Button>Cancel</Button>
              </AlertDialog.Cancel>
              <Button look={look} busy={busy} onClick={confirm}>
                {action}
              </Button>
            </div>
          </AlertDialog.Content>
        </AlertDialog.Overlay>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
