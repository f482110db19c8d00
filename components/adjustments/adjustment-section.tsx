"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { keyQueries } from "@/components/keys/queries";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { LoadMore } from "@/components/ui/load-more";
import { Section } from "@/components/ui/section";
import type { Tenant } from "@/lib/tenants/schema";
import { AdjustmentDialog } from "./adjustment-dialog";
import { AdjustmentTable } from "./adjustment-table";
import { adjustmentQueries } from "./queries";

/** What was counted wrongly, and was corrected. */
export function AdjustmentSection({ tenant }: { tenant: Tenant }) {
  const [isOpen, setIsOpen] = useState(false);
  const { data, error, refetch, ...paging } = useInfiniteQuery(adjustmentQueries.ofTenant(tenant.id));
  const { data: keys } = useQuery(keyQueries.ofTenant(tenant.id));
  const correct = useCanEdit() && (
    <Button onClick={() => setIsOpen(true)}>
      <Plus aria-hidden="true" />
      Correct a count
    </Button>
  );

  return (
    <Section title="Corrections" actions={correct}>
      {error && !data ? (
        <ErrorState title="The corrections could not be loaded" error={error} onRetry={refetch} />
      ) : (
        <AdjustmentTable
          adjustments={data?.pages.flatMap(({ items }) => items)}
          nameOfKey={(keyId) => keys?.items.find(({ id }) => id === keyId)?.name ?? "Key"}
          timeZone={tenant.timeZone}
        />
      )}
      <LoadMore pages={data?.pages.length} {...paging} />
      {isOpen && <AdjustmentDialog tenant={tenant} onClose={() => setIsOpen(false)} />}
    </Section>
  );
}
