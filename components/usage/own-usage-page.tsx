"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { ConnectSnippet } from "@/components/keys/connect-snippet";
import { OwnKeys } from "@/components/keys/own-keys";
import { secretPlaceholder } from "@/components/keys/snippets";
import { Playground } from "@/components/playground/playground";
import { useViewer } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import type { Connection } from "@/lib/providers/connection";
import { decisiveLimit, HowMuchIsLeft } from "./how-much-is-left";
import { TenantLimits } from "./limit-list";
import { MonthsView } from "./months/months-view";
import { OwnFigures } from "./own-figures";
import { OwnPageRefresh } from "./own-page-refresh";
import { usageQueries } from "./queries";
import { SourcesView } from "./sources/sources-view";

type OwnUsagePageProps = {
  tenant: { slug: string; timeZone: string; isManaged: boolean };
  connections: Connection[];
};

/** What a client sees of itself. It opens also when nothing is left or the client is suspended. */
export function OwnUsagePage({ tenant, connections }: OwnUsagePageProps) {
  const { agency } = useViewer();
  const { data: quota, error, refetch } = useQuery(usageQueries.ownQuota(tenant.slug));
  if (error && !quota)
    return <ErrorState heading title="Your usage could not be loaded" error={error} onRetry={refetch} />;

  const scope = { audience: "client", tenantSlug: tenant.slug } as const;

  return (
    <>
      <OwnPageRefresh tenantSlug={tenant.slug} timeZone={tenant.timeZone} />
      <div className="page-gutter py-10">
        {quota ? <HowMuchIsLeft quota={quota} /> : <Skeleton className="h-16 max-w-2xl" />}
      </div>
      <Section title="Your limits">
        <div className="page-gutter">
          {quota ? <TenantLimits quota={quota} except={decisiveLimit(quota)} /> : <Skeleton className="h-14" />}
        </div>
      </Section>
      <Section title="Your use">
        {quota ? <OwnFigures quota={quota} /> : <Skeleton className="mx-6 h-11 max-w-md" />}
        {quota?.hasUnlistedUse && (
          <p className="page-gutter mt-2 max-w-[72ch] text-caption text-muted">
            Calls with keys from before count here and in your limits; Sources, Months and Requests list your own keys
            and the playground, so their sums are lower.
          </p>
        )}
      </Section>
      <Section
        title="Sources"
        actions={
          <Button asChild>
            <Link href={`/usage/requests?tenant=${tenant.slug}`}>All requests</Link>
          </Button>
        }
      >
        <SourcesView
          scope={scope}
          timeZone={tenant.timeZone}
          nextStep="Choose a longer range, or connect an app with one of your keys: how is shown below."
        />
      </Section>
      <Section title="Months">
        <MonthsView scope={scope} quota={quota} />
      </Section>
      <OwnKeys tenant={tenant} connections={connections} />
      <Section title="Playground" onScreenOnly>
        <Playground tenantSlug={tenant.slug} />
      </Section>
      <Section title="How to connect" onScreenOnly>
        <div className="page-gutter grid min-w-0 gap-3">
          {connections.length > 0 ? (
            <>
              <p className="max-w-[72ch] text-muted">
                An app keeps the SDK it has and needs only another base URL and one of your keys.
              </p>
              <ConnectSnippet secret={secretPlaceholder} connections={connections} />
            </>
          ) : (
            <p className="text-muted">{agency.name} has not connected an AI provider yet. Ask there.</p>
          )}
        </div>
      </Section>
    </>
  );
}
