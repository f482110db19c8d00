"use client";

import Link from "next/link";
import { useViewer } from "@/components/shell/viewer";
import { type Attention, defaultNearLimitPercent, listAttention } from "@/components/tenants/tenant-status";
import { classNames } from "@/components/ui/class-names";
import { useNow } from "@/components/ui/now";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { headroomOf, nameOfLimit } from "@/components/usage/headroom";
import type { TenantListItem } from "@/lib/tenants/schema";

const shownAtMost = 8;

/** Who is over a limit or near one; what staff look for first. */
export function AttentionList({ tenants }: { tenants: TenantListItem[] | undefined }) {
  const attention = tenants && listAttention(tenants);

  return (
    <Section title={attention?.length ? `Needs attention (${attention.length})` : "Needs attention"}>
      {!attention && <Skeleton className="mx-6 h-10" />}
      {attention?.length === 0 && (
        <p className="page-gutter min-h-10 text-muted">Nothing: no client is near a limit.</p>
      )}
      {attention && attention.length > 0 && (
        <ul>
          {attention.slice(0, shownAtMost).map((each) => (
            <AttentionItem key={each.tenant.id} {...each} />
          ))}
        </ul>
      )}
      {attention && attention.length > shownAtMost && (
        <p className="page-gutter pt-2">
          <Link
            href="/clients?status=attention"
            className="rounded-inner text-accent underline-offset-2 hover:underline"
          >
            Show all {attention.length}
          </Link>
        </p>
      )}
    </Section>
  );
}

function AttentionItem({ tenant, limit, level }: Attention) {
  const now = useNow();
  const { agency } = useViewer();
  const { words } = headroomOf({
    limit,
    timeZone: tenant.timeZone,
    currency: agency.currency,
    nearLimitPercent: tenant.plan?.nearLimitPercent ?? defaultNearLimitPercent,
    now,
  });

  return (
    <li>
      <Link
        href={`/clients/${tenant.slug}`}
        className="page-gutter flex min-h-10 flex-wrap items-baseline gap-x-3 py-2 hover:bg-hover focus-visible:-outline-offset-2 sm:flex-nowrap"
      >
        <span
          aria-hidden="true"
          className={classNames("size-2 shrink-0 rounded-full", level === "over" ? "bg-over" : "bg-near")}
        />
        <span className="w-44 shrink-0 truncate font-medium max-sm:w-[calc(100%-2rem)]" title={tenant.name}>
          <bdi>{tenant.name}</bdi>
        </span>
        <span className="min-w-0 [overflow-wrap:anywhere] max-sm:ps-5">
          <span className={classNames("font-medium", level === "over" ? "text-over" : "text-near")}>
            {stateInWords({ limit, level })}
          </span>
          <span className="text-muted">
            {limit.cap > 0 && ` · ${words.compact}`}
            {level === "near" && words.pace && ` · ${words.pace}`}
            {limit.cap > 0 && ` · ${words.renewal}`}
          </span>
        </span>
      </Link>
    </li>
  );
}

function stateInWords({ limit, level }: Pick<Attention, "limit" | "level">): string {
  const name = nameOfLimit(limit).toLowerCase();
  if (limit.cap === 0) return `every call is refused: ${name} set to 0`;
  if (level === "over") return `over ${name}`;
  return `${Math.floor(((limit.used + limit.reserved) / limit.cap) * 100)}\u00a0% of ${name}`;
}
