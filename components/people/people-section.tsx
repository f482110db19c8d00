"use client";

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import type { Invitation, Person } from "@/lib/people/schema";
import { InviteDialog } from "./invite-dialog";
import { LinkDialog } from "./link-dialog";
import { PeopleTable, type PersonAction } from "./people-table";
import { PersonDialogs } from "./person-dialogs";
import { peopleQuery } from "./queries";
import type { PeopleScope } from "./scope";

type Open =
  | { what: "link"; person: Person; invitation: Invitation | null }
  | { what: PersonAction; person: Person }
  | null;

type PeopleSectionProps = {
  scope: PeopleScope;
  canEdit: boolean;
  /** What they are and what the first of them would do. */
  empty: ReactNode;
  isInviting: boolean;
  onInvite: (open: boolean) => void;
};

/** People of one place, and all that is done to them. */
export function PeopleSection({ scope, canEdit, empty, isInviting, onInvite }: PeopleSectionProps) {
  const { data, error, refetch } = useQuery(peopleQuery(scope));
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const showLink = (person: Person, invitation: Invitation | null) => setOpen({ what: "link", person, invitation });
  if (error && !data) return <ErrorState title="The people could not be loaded" error={error} onRetry={refetch} />;

  return (
    <>
      <PeopleTable
        people={data?.items}
        scope={scope}
        onAction={canEdit ? (what, person) => setOpen({ what, person }) : null}
        empty={<EmptyState title="Nobody yet">{empty}</EmptyState>}
      />
      {isInviting && (
        <InviteDialog
          scope={scope}
          onClose={() => onInvite(false)}
          onInvited={({ person, invitation }) => {
            onInvite(false);
            showLink(person, invitation);
          }}
        />
      )}
      {open?.what === "link" && (
        <LinkDialog person={open.person} place={scope.place} invitation={open.invitation} onClose={close} />
      )}
      {open && open.what !== "link" && (
        <PersonDialogs open={open.what} person={open.person} scope={scope} onClose={close} onLink={showLink} />
      )}
    </>
  );
}
