import type { Metadata } from "next";
import { admitStaff } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { OverviewPage } from "@/components/overview/overview-page";
import { mostUsedFilter, overviewQueries } from "@/components/overview/queries";
import { tenantQueries } from "@/components/tenants/queries";
import { readOverview } from "@/lib/overview/read-overview";
import { readOverviewUse } from "@/lib/overview/read-use";
import { listTenants } from "@/lib/tenants/list-tenants";

export const metadata: Metadata = { title: "Overview" };

export default async function Page() {
  await admitStaff();
  const now = new Date();
  const [overview, use, mostUsed] = await Promise.all([
    readOverview(now),
    readOverviewUse({ span: "day", now }),
    listTenants({ ...mostUsedFilter, now }),
  ]);

  return (
    <Hydrated
      data={[
        [overviewQueries.now().queryKey, overview],
        [overviewQueries.use("day").queryKey, use],
        [tenantQueries.list(mostUsedFilter).queryKey, mostUsed],
      ]}
    >
      <OverviewPage />
    </Hydrated>
  );
}
