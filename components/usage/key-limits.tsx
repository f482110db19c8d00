"use client";

import { useQuery } from "@tanstack/react-query";
import { keyQueries } from "@/components/keys/queries";
import { Section } from "@/components/ui/section";
import type { Quota } from "@/lib/tenants/schema";
import { nameOfLimit } from "./headroom";
import { LimitItem } from "./limit-list";

/** The limits of single keys, where there are any. */
export function KeyLimits({ quota }: { quota: Quota }) {
  const limits = quota.limits.filter(({ subject }) => subject === "key");
  const { data: keys } = useQuery({ ...keyQueries.ofTenant(quota.tenantId), enabled: limits.length > 0 });
  if (limits.length === 0) return null;

  const nameOfKey = (keyId: string) => keys?.items.find(({ id }) => id === keyId)?.name ?? "Key";

  return (
    <Section title="Limits of single keys">
      <ul className="page-gutter grid max-w-3xl gap-5">
        {limits.map((limit) => (
          <LimitItem
            key={`${limit.subjectId}-${limit.metric}-${limit.window}`}
            limit={limit}
            quota={quota}
            name={`${nameOfKey(limit.subjectId)}: ${nameOfLimit(limit)}`}
          />
        ))}
      </ul>
    </Section>
  );
}
