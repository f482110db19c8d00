"use client";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { SecretLine } from "@/components/ui/secret-line";
import type { KeyWithSecret } from "@/lib/keys/schema";
import { StaffConnectSnippet } from "./connect-snippet";

/** The only time that a secret is shown. */
export function SecretDialog({ apiKey, onClose }: { apiKey: KeyWithSecret; onClose: () => void }) {
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
        <StaffConnectSnippet secret={apiKey.secret} />
      </div>
      <DialogActions>
        <Button onClick={onClose}>Done</Button>
      </DialogActions>
    </Dialog>
  );
}
