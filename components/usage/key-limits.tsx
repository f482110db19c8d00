"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { keyQueries } from "@/components/keys/queries";
import { Button } from "@/components/ui/button";
import { Section } from "@/components/ui/section";
import { shareLeft } from "@/lib/quota/headroom";
import type { Quota } from "@/lib/tenants/schema";
import { nameOfLimit } from "./headroom";
import { LimitItem } from "./limit-list";

const shownAtMost = 6;

/** The limits of single keys, where there are any: those of which the least share is left. */
export function KeyLimits({ quota, allHref }: { quota: Quota; allHref: string }) {
  const limits = quota.limits.filter(({ subject }) => subject === "key");
  const { data: keys } = useQuery({ ...keyQueries.ofTenant(quota.tenantId), enabled: limits.length > 0 });
  if (limits.length === 0) return null;

  const nameOfKey = (keyId: string) => keys?.items.find(({ id }) => id === keyId)?.name ?? "Key";
  const tightest = limits.toSorted((a, b) => shareLeft(a) - shareLeft(b)).slice(0, shownAtMost);
  const shown = limits.filter((limit) => tightest.includes(limit));

  return (
    <Section
      title="Limits of single keys"
      actions={
        limits.length > shown.length && (
          <Button asChild>
            <Link href={allHref}>All {limits.length}</Link>
          </Button>
        )
      }
    >
      <ul className="page-gutter grid max-w-3xl gap-5">
        {shown.map((limit) => (
          <LimitItem
            key={`${limit.subjectId}-${limit.metric}-${limit.window}`}
            limit={limit}
            quota={quota}
            name={`\u2068${nameOfKey(limit.subjectId)}\u2069: ${nameOfLimit(limit)}`}
          />
        ))}
      </ul>
    </Section>
  );
}
