import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { admitStaff } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { ProviderPage } from "@/components/providers/provider-page";
import { providerQueries } from "@/components/providers/queries";
import { listPrices } from "@/lib/prices/store";
import { readHealth } from "@/lib/providers/read-health";
import { endpointsOf } from "@/lib/providers/registry";
import { listProviders } from "@/lib/providers/store";

type ProviderPageProps = { params: Promise<{ provider: string }> };

export const metadata: Metadata = { title: "Provider" };

export default async function Page({ params }: ProviderPageProps) {
  await admitStaff();
  const { provider: slug } = await params;
  const items = await listProviders();
  const provider = items.find((each) => each.slug === slug) ?? notFound();
  const [health, prices] = await Promise.all([readHealth(new Date()), listPrices(provider.id)]);
  const endpoints = endpointsOf(provider).map(({ method, path, kind, streams, countsRequestsOnly = false }) => ({
    method,
    path,
    kind,
    streams,
    countsRequestsOnly,
  }));

  return (
    <Hydrated
      data={[
        [providerQueries.list().queryKey, { items }],
        [providerQueries.health().queryKey, health],
        [providerQueries.prices(provider.id).queryKey, { items: prices }],
      ]}
    >
      <ProviderPage slug={slug} endpoints={endpoints} />
    </Hydrated>
  );
}
