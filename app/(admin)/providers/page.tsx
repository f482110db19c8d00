import type { Metadata } from "next";
import { admitStaff } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { ProviderListPage } from "@/components/providers/provider-list";
import { providerQueries } from "@/components/providers/queries";
import { readHealth } from "@/lib/providers/read-health";
import { listProviders } from "@/lib/providers/store";

export const metadata: Metadata = { title: "Providers" };

export default async function Page() {
  await admitStaff();
  const [items, health] = await Promise.all([listProviders(), readHealth(new Date())]);

  return (
    <Hydrated
      data={[
        [providerQueries.list().queryKey, { items }],
        [providerQueries.health().queryKey, health],
      ]}
    >
      <ProviderListPage />
    </Hydrated>
  );
}
