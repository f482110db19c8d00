"use client";

import { UserPlus } from "lucide-react";
import { useState } from "react";
import { useCanEdit } from "@/components/shell/viewer";
import { useCurrentTenant } from "@/components/tenants/current-tenant";
import { Button } from "@/components/ui/button";
import { Section } from "@/components/ui/section";
import { PeopleSection } from "./people-section";
import { scopeOfTenant } from "./scope";

/** Who signs in for this client. */
export function TenantPeople() {
  const tenant = useCurrentTenant();
  const canEdit = useCanEdit();
  const [isInviting, setIsInviting] = useState(false);

  return (
    <Section
      title="People"
      actions={
        canEdit && (
          <Button onClick={() => setIsInviting(true)}>
            <UserPlus aria-hidden="true" />
            Invite
          </Button>
        )
      }
    >
      <PeopleSection
        scope={scopeOfTenant(tenant)}
        canEdit={canEdit}
        empty={`Whoever you invite sees the usage and limits of ${tenant.name} on a page of their own.`}
        isInviting={isInviting}
        onInvite={setIsInviting}
      />
    </Section>
  );
}
