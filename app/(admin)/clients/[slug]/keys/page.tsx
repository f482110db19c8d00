import type { Metadata } from "next";
import { Hydrated } from "@/app/hydrated";
import { tenantOfPage } from "@/app/tenant-of-page";
import { KeyListPage } from "@/components/keys/key-list";
import { keyQueries } from "@/components/keys/queries";
import { listKeys } from "@/lib/keys/store";

export const metadata: Metadata = { title: "Keys" };

export default async function Page({ params }: { params: Promise<{ slug: string }> }) {
  const { id: tenantId } = await tenantOfPage((await params).slug);
  const items = await listKeys(tenantId, new Date());

  return (
    <Hydrated data={[[keyQueries.ofTenant(tenantId).queryKey, { items }]]}>
      <KeyListPage />
    </Hydrated>
  );
}
