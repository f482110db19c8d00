"use client";

import { useCanEdit } from "@/components/shell/viewer";
import { useCurrentTenant } from "@/components/tenants/current-tenant";
import { EmptyState } from "@/components/ui/empty-state";
import { Section } from "@/components/ui/section";
import { Playground } from "./playground";

/** Staff ask on a client's account, so only those may who may change it. */
export function TenantPlayground() {
  const { slug, name } = useCurrentTenant();
  if (!useCanEdit()) {
    return (
      <EmptyState title="The playground is not open to viewers">
        A question counts against {name}'s limits, as an app's call does. Ask an admin of your agency.
      </EmptyState>
    );
  }

  return (
    <Section title="Playground">
      <Playground tenantSlug={slug} />
    </Section>
  );
}
