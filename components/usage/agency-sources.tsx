"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { PageHeader } from "@/components/shell/page-header";
import { useViewer } from "@/components/shell/viewer";
import { tenantQueries } from "@/components/tenants/queries";
import { Select } from "@/components/ui/select";
import { useUrlState } from "@/components/ui/use-url-state";
import { SourcesView } from "./sources/sources-view";

const everyone = "all";

/** Use by source of the whole agency, or of one client of it. */
export function AgencySourcesPage() {
  const { agency } = useViewer();
  const [slug, setSlug] = useUrlState("client", everyone);
  const { data: tenants } = useQuery(tenantQueries.list({ limit: 500 }));
  const tenant = tenants?.items.find((each) => each.slug === slug);
  const options = (tenants?.items ?? []).map(({ slug: value, name: label }) => ({ value, label }));

  return (
    <>
      <PageHeader title="Sources">Who used what, over all clients</PageHeader>
      <div className="border-t border-line">
        <SourcesView
          scope={{ audience: "staff", tenantId: tenant?.id }}
          timeZone={tenant?.timeZone ?? agency.timeZone}
          filters={
            <Select
              aria-label="Client"
              value={tenant ? slug : everyone}
              onChange={setSlug}
              options={[{ value: everyone, label: "All clients" }, ...options]}
              className="w-full sm:w-52"
            />
          }
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
      </div>
    </>
  );
}
