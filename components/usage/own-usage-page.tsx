"use client";

import { useQuery } from "@tanstack/react-query";
import { ConnectSnippet } from "@/components/keys/connect-snippet";
import { OwnKeyTable } from "@/components/keys/own-key-table";
import { Playground } from "@/components/playground/playground";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { HowMuchIsLeft } from "./how-much-is-left";
import { TenantLimits } from "./limit-list";
import { OwnFigures } from "./own-figures";
import { usageQueries } from "./queries";

const secretPlaceholder = "slc_your_key";

/** What a client sees of itself. It opens also when nothing is left or the client is suspended. */
export function OwnUsagePage({ tenantSlug }: { tenantSlug: string }) {
  const { data: quota, error, refetch } = useQuery(usageQueries.ownQuota(tenantSlug));
  if (error && !quota) return <ErrorState title="Your usage could not be loaded" error={error} onRetry={refetch} />;

  return (
    <>
      <div className="page-gutter py-10">
        {quota ? <HowMuchIsLeft quota={quota} /> : <Skeleton className="h-16 max-w-2xl" />}
      </div>
      <Section title="Your limits">
        <div className="page-gutter">{quota ? <TenantLimits quota={quota} /> : <Skeleton className="h-14" />}</div>
      </Section>
      <Section title="Your use">
        {quota ? <OwnFigures quota={quota} /> : <Skeleton className="mx-6 h-11 max-w-md" />}
      </Section>
      <Section title="Your keys">
        <OwnKeyTable tenantSlug={tenantSlug} timeZone={quota?.timeZone ?? "UTC"} />
      </Section>
      <Section title="Playground">
        <Playground tenantSlug={tenantSlug} />
      </Section>
      <Section title="How to connect">
        <div className="page-gutter grid min-w-0 gap-3">
          <p className="text-muted">Any app that speaks to OpenAI needs only another base URL and one of your keys.</p>
          <ConnectSnippet secret={secretPlaceholder} path="/v1" />
        </div>
      </Section>
    </>
  );
}
