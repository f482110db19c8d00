"use client";

import { useOrigin } from "@/components/keys/use-origin";
import { Button } from "@/components/ui/button";
import { CodeSnippet } from "@/components/ui/code-snippet";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { SecretLine } from "@/components/ui/secret-line";
import type { AdminTokenWithSecret } from "@/lib/admin-tokens/schema";

/** The only time that a token is shown. */
export function TokenSecretDialog({ token, onClose }: { token: AdminTokenWithSecret; onClose: () => void }) {
  const code = `curl -H "Authorization: Bearer ${token.secret}" \\\n  ${useOrigin()}/api/admin/tenants`;

  return (
    <Dialog
      open
      width="wide"
      keepOnOutsideClick
      onOpenChange={(open) => !open && onClose()}
      title={`Token ${token.name}`}
    >
      <div className="grid min-w-0 gap-4">
        <Notice tone="near">Copy the token now. It is shown only this once and cannot be looked up later.</Notice>
        <SecretLine label="Token" text={token.secret} />
        <CodeSnippet
          label="Command"
          caption={<span className="px-1.5 text-muted">Try it: your clients</span>}
          code={code}
        />
      </div>
      <DialogActions>
        <Button onClick={onClose}>Done</Button>
      </DialogActions>
    </Dialog>
  );
}
