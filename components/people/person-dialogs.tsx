"use client";

import { useRef } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { showToast } from "@/components/ui/toast";
import type { Invitation, Person } from "@/lib/people/schema";
import type { PersonAction } from "./people-table";
import { RoleDialog } from "./role-dialog";
import type { PeopleScope } from "./scope";
import { usePeopleChanges } from "./use-people-changes";

type PersonDialogsProps = {
  open: PersonAction;
  person: Person;
  scope: PeopleScope;
  onClose: () => void;
  onLink: (person: Person, invitation: Invitation) => void;
};

export function PersonDialogs({ open, person, scope, onClose, onLink }: PersonDialogsProps) {
  const { remove, signOut, resetSecondStep } = usePeopleChanges(scope);
  const { name } = person;
  if (open === "role") return <RoleDialog person={person} scope={scope} onClose={onClose} />;

  if (open === "new-link") return <NewLinkDialog person={person} scope={scope} onClose={onClose} onLink={onLink} />;

  if (open === "sign-out")
    return (
      <ConfirmDialog
        open
        onOpenChange={onClose}
        title={`Sign ${name} out everywhere?`}
        action="Sign out"
        onConfirm={async () => {
          await signOut(person.id);
          showToast({ title: `${name} is signed out everywhere` });
        }}
      >
        <p>Every session ends with its next request. {name} can sign in again with the same password.</p>
      </ConfirmDialog>
    );

  if (open === "second-step")
    return (
      <ConfirmDialog
        open
        onOpenChange={onClose}
        title={`Reset the second step of ${name}?`}
        action="Reset"
        onConfirm={async () => {
          await resetSecondStep(person.id);
          showToast({ title: `${name} signs in with the password alone` });
        }}
      >
        <p>
          For somebody who lost the phone. Their sessions end; the password alone then lets in, until they set up a
          second step again. Be sure that it is {name} who asks you.
        </p>
      </ConfirmDialog>
    );

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Remove ${name} from ${scope.place}?`}
      action="Remove"
      onConfirm={async () => {
        await remove(person.id);
        showToast({ title: `${name} is removed` });
      }}
    >
      <p>Every session ends at once, and {person.email} can no longer sign in here. What was done stays on record.</p>
    </ConfirmDialog>
  );
}

/** Once the link is made, it is shown in place of the question. */
function NewLinkDialog({ person, scope, onClose, onLink }: Omit<PersonDialogsProps, "open">) {
  const { renewLink } = usePeopleChanges(scope);
  const made = useRef<Invitation | null>(null);

  return (
    <ConfirmDialog
      open
      look="primary"
      onOpenChange={() => (made.current ? onLink(person, made.current) : onClose())}
      title={`Make a new link for ${person.name}?`}
      action="Make link"
      onConfirm={async () => {
        made.current = await renewLink(person.id);
      }}
    >
      <p>With it {person.name} chooses a new password. Links made before work no more; sessions end when it is used.</p>
    </ConfirmDialog>
  );
}
