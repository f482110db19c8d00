"use client";

import { useOrigin } from "@/components/keys/use-origin";
import { useViewer } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { formatInstant } from "@/components/ui/format-time";
import { Notice } from "@/components/ui/notice";
import { SecretLine } from "@/components/ui/secret-line";
import type { Invitation, Person } from "@/lib/people/schema";

type LinkDialogProps = { person: Person; place: string; invitation: Invitation | null; onClose: () => void };

/** The link by which somebody chooses a password. It is shown only here. */
export function LinkDialog({ person, place, invitation, onClose }: LinkDialogProps) {
  const { agency } = useViewer();
  const origin = useOrigin();

  return (
    <Dialog
      open
      width="wide"
      keepOnOutsideClick
      onOpenChange={(open) => !open && onClose()}
      title={invitation ? `Link for ${person.name}` : `${person.name} belongs to ${place}`}
    >
      {invitation ? (
        <div className="grid min-w-0 gap-4">
          {invitation.mailed ? (
            <Notice tone="info">It was sent to {person.email}. You can also hand it over yourself.</Notice>
          ) : (
            <Notice tone="near">Copy the link and send it to {person.email}. It is shown only this once.</Notice>
          )}
          <SecretLine label="Link" text={`${origin}${invitation.path}`} />
          <p className="text-muted">
            Whoever opens it chooses the password of {person.name}. It works once, until{" "}
            {formatInstant(new Date(invitation.expiresAt), agency.timeZone)} {agency.timeZone}; earlier links work no
            more.
          </p>
        </div>
      ) : (
        <p className="text-muted">
          {person.state === "active"
            ? `${person.email} signs in with the password that there is already.`
            : "A link to the first password is handed out under Team, by the owner."}
        </p>
      )}
      <DialogActions>
        <Button onClick={onClose}>Done</Button>
      </DialogActions>
    </Dialog>
  );
}
