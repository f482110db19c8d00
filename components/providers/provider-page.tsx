"use client";

import { useQuery } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { useCanEdit } from "@/components/shell/viewer";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { Section } from "@/components/ui/section";
import type { Provider } from "@/lib/providers/schema";
import { factsOf } from "@/lib/providers/vendors";
import { DeleteProviderDialog } from "./delete-provider-dialog";
import { type CoveredEndpoint, EndpointTable } from "./endpoint-table";
import { PriceSection } from "./price-section";
import { ProviderFormDialog } from "./provider-form-dialog";
import { HealthFigures } from "./provider-health";
import { providerQueries } from "./queries";
import { TestConnection } from "./test-connection";

type ProviderPageProps = { slug: string; endpoints: CoveredEndpoint[] };

/** One provider: how it answers, what it costs, and what is let through to it. */
export function ProviderPage({ slug, endpoints }: ProviderPageProps) {
  const { data } = useQuery(providerQueries.list());
  const provider = data?.items.find((each) => each.slug === slug);
  if (!provider) return null;

  return (
    <>
      <ProviderHeader provider={provider} />
      <div className="border-t border-line">
        <Section title="The last hour">
          <HealthFigures providerId={provider.id} />
        </Section>
        <PriceSection provider={provider} />
        <Section title="Endpoints that are let through">
          <EndpointTable endpoints={endpoints} />
        </Section>
      </div>
    </>
  );
}

function ProviderHeader({ provider }: { provider: Provider }) {
  const router = useRouter();
  const canEdit = useCanEdit();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const close = () => setOpen(null);

  return (
    <>
      <PageHeader
        title={provider.name}
        marks={provider.isDefault && <Badge tone="accent">Default</Badge>}
        actions={
          <>
            <TestConnection provider={provider} />
            {canEdit && (
              <>
                <Button onClick={() => setOpen("edit")}>
                  <Pencil aria-hidden="true" />
                  Edit
                </Button>
                <Menu label={`More actions for ${provider.name}`}>
                  <MenuItem icon={Trash2} danger onSelect={() => setOpen("delete")}>
                    Delete provider
                  </MenuItem>
                </Menu>
              </>
            )}
          </>
        }
      >
        {factsOf(provider.vendor).label} · clients call <code className="font-mono">/api/proxy/{provider.slug}</code> ·
        goes to <code className="font-mono [overflow-wrap:anywhere]">{provider.baseUrl}</code> ·{" "}
        {credentialInWords(provider)}
      </PageHeader>
      {open === "edit" && <ProviderFormDialog provider={provider} onClose={close} />}
      {open === "delete" && (
        <DeleteProviderDialog provider={provider} onClose={close} onDeleted={() => router.push("/providers")} />
      )}
    </>
  );
}

function credentialInWords({ credentialSet, credentialHint }: Provider): string {
  if (!credentialSet) return "no credential";
  return credentialHint ? `credential ${credentialHint}` : "credential set";
}
