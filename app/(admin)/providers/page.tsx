import type { Metadata } from "next";
import { admitStaff } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { ProviderListPage } from "@/components/providers/provider-list";
import { providerQueries } from "@/components/providers/queries";
import { listProviders } from "@/lib/providers/store";

export const metadata: Metadata = { title: "Providers" };

export default async function Page() {
  await admitStaff();
  const items = await listProviders();

  return (
    <Hydrated data={[[providerQueries.list().queryKey, { items }]]}>
      <ProviderListPage />
    </Hydrated>
  );
}
