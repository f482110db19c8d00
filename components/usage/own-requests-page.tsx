"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { NoCallYet } from "@/components/keys/first-call";
import { keyQueries } from "@/components/keys/queries";
import { PageHeader } from "@/components/shell/page-header";
import type { Connection } from "@/lib/providers/connection";
import { RequestList } from "./request-list";

type OwnRequestsPageProps = {
  tenant: { slug: string; name: string; timeZone: string };
  connections: Connection[];
};

/** A client's own calls, one by one. */
export function OwnRequestsPage({ tenant, connections }: OwnRequestsPageProps) {
  const { data: keys } = useQuery(keyQueries.own(tenant.slug));

  return (
    <>
      <p className="page-gutter pt-6">
        <Link
          href={`/usage?tenant=${tenant.slug}`}
          className="inline-flex items-center gap-1.5 rounded-inner text-muted hover:text-fg"
        >
          <ArrowLeft aria-hidden="true" className="size-4" />
          Your usage
        </Link>
      </p>
      <PageHeader title="Your requests">{tenant.name}</PageHeader>
      <RequestList
        scope={{ audience: "client", tenantSlug: tenant.slug }}
        timeZone={tenant.timeZone}
        keys={keys?.items ?? []}
        noCallYet={
          <NoCallYet connections={connections}>
            Connect an app with one of your keys; its calls show up here at once.
          </NoCallYet>
        }
      />
    </>
  );
}
