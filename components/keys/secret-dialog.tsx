"use client";

import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
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
        <div className="flex flex-wrap items-center gap-2">
          <output
            aria-label="Secret"
            className="min-w-0 grow rounded-inner border border-line-strong px-3 py-1.5 font-mono text-caption leading-5 break-all"
          >
            {apiKey.secret}
          </output>
          <CopyButton look="primary" text={apiKey.secret} />
        </div>
        <StaffConnectSnippet secret={apiKey.secret} />
      </div>
      <DialogActions>
        <Button onClick={onClose}>Done</Button>
      </DialogActions>
    </Dialog>
  );
}
