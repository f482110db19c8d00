"use client";

import { UserPlus } from "lucide-react";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/button";
import { PeopleSection } from "./people-section";
import { teamScope } from "./scope";

/** The agency's own people. */
export function TeamPage() {
  const [isInviting, setIsInviting] = useState(false);

  return (
    <>
      <PageHeader
        title="Team"
        actions={
          <Button look="primary" onClick={() => setIsInviting(true)}>
            <UserPlus aria-hidden="true" />
            Invite
          </Button>
        }
      >
        Your colleagues, and what each of them may do.
      </PageHeader>
      <div className="border-t border-line">
        <PeopleSection
          scope={teamScope}
          canEdit
          empty="Invite a colleague."
          isInviting={isInviting}
          onInvite={setIsInviting}
        />
      </div>
    </>
  );
}
