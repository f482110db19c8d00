"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { SecretLine } from "@/components/ui/secret-line";

type SecretDialogProps = {
  apiKey: { name: string; secret: string };
  onClose: () => void;
  /** How to connect with it. */
  children: ReactNode;
};

/** The only time that a secret is shown. */
export function SecretDialog({ apiKey, onClose, children }: SecretDialogProps) {
  return (
    <Dialog
      open
      width="wide"
      keepOnOutsideClick
      onOpenChange={(open) => !open && onClose()}
      title={`Secret of ${apiKey.name}`}
    >
      <div className="grid min-w-0 gap-4">
        <Notice tone="near">Copy the secret now. It is shown only this once and cannot be looked up later.</Notice>
        <SecretLine label="Secret" text={apiKey.secret} />
        {children}
      </div>
      <DialogActions>
        <Button onClick={onClose}>Done</Button>
      </DialogActions>
    </Dialog>
  );
}
