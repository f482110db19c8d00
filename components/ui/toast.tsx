"use client";

import { X } from "lucide-react";
import { Toast as Primitive } from "radix-ui";
import { useSyncExternalStore } from "react";
import { Button } from "./button";
import { classNames } from "./class-names";
import { messageOf } from "./message-of";

type Toast = {
  title: string;
  description?: string;
  tone?: "neutral" | "over";
  /** Takes back what was just done; that it could not be is told. */
  onUndo?: () => Promise<unknown>;
};

type ShownToast = Toast & { id: number };

const shownAtMost = 3;
const durationMs = 6_000;
const nothing: ShownToast[] = [];
const listeners = new Set<() => void>();
let toasts = nothing;
let lastId = 0;

/** Says briefly what has happened; with `onUndo` it offers to take it back. */
export function showToast(toast: Toast): void {
  lastId += 1;
  change([...toasts, { ...toast, id: lastId }].slice(-shownAtMost));
}

export function Toaster() {
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => nothing,
  );

  return (
    <Primitive.Provider duration={durationMs} swipeDirection="right">
      {shown.map((toast) => (
        <Primitive.Root
          key={toast.id}
          onOpenChange={(open) => !open && dismiss(toast.id)}
          className={classNames(
            "flex items-start gap-3 rounded-outer bg-raised py-3 ps-4 pe-2 shadow-float",
            toast.tone === "over" && "border-s-4 border-over",
          )}
        >
          <div className="min-w-0 grow py-1">
            <Primitive.Title className="font-medium [overflow-wrap:anywhere]">{toast.title}</Primitive.Title>
            {toast.description && (
              <Primitive.Description className="text-muted">{toast.description}</Primitive.Description>
            )}
          </div>
          {toast.onUndo && (
            <Primitive.Action asChild altText="Undo what was just done" onClick={() => undo(toast)}>
              <Button>Undo</Button>
            </Primitive.Action>
          )}
          <Primitive.Close asChild>
            <Button look="quiet" size="icon" aria-label="Dismiss">
              <X aria-hidden="true" />
            </Button>
          </Primitive.Close>
        </Primitive.Root>
      ))}
      <Primitive.Viewport className="fixed inset-x-3 bottom-3 z-50 grid gap-2 outline-none sm:start-auto sm:w-96 print:hidden" />
    </Primitive.Provider>
  );
}

async function undo({ title, onUndo }: Toast): Promise<void> {
  try {
    await onUndo?.();
  } catch (error) {
    showToast({ tone: "over", title: `Not undone: ${title}`, description: messageOf(error) });
  }
}

function dismiss(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

function change(next: ShownToast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
