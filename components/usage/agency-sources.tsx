"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { useViewer } from "@/components/shell/viewer";
import { tenantQueries } from "@/components/tenants/queries";
import { Skeleton } from "@/components/ui/skeleton";
import { useUrlState } from "@/components/ui/use-url-state";
import type { TenantListItem } from "@/lib/tenants/schema";
import { SourcesView } from "./sources/sources-view";
import { TenantFilter } from "./tenant-filter";

/** Use by source of the whole agency, or of one client of it. */
export function AgencySourcesPage() {
  const { agency } = useViewer();
  const [slug, setSlug] = useUrlState("client");
  const [chosen, setChosen] = useState<TenantListItem | null>(null);
  const isChosenHere = chosen?.slug === slug;
  const { data: named, isLoading } = useQuery({
    ...tenantQueries.list({ search: slug, limit: 50 }),
    enabled: slug !== "" && !isChosenHere,
  });
  const tenant = isChosenHere ? chosen : (named?.items.find((each) => each.slug === slug) ?? null);

  function choose(next: TenantListItem | null) {
    setChosen(next);
    setSlug(next?.slug ?? "");
  }

  return (
    <>
      <PageHeader title="Sources">Who used what, over all clients</PageHeader>
      <div className="border-t border-line">
        {isLoading ? (
          <Skeleton className="m-6 h-84" />
        ) : (
          <SourcesView
            scope={{ audience: "staff", tenantId: tenant?.id }}
            timeZone={tenant?.timeZone ?? agency.timeZone}
            filters={<TenantFilter value={tenant} onChange={choose} />}
            nextStep={
              <>
                Choose a longer range, or give a{" "}
                <Link href="/clients" className="text-accent underline underline-offset-2">
                  client
                </Link>{" "}
                a key.
              </>
            }
          />
        )}
      </div>
    </>
  );
}
