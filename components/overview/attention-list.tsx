"use client";

import Link from "next/link";
import { useState } from "react";
import { useViewer } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { useNow } from "@/components/ui/now";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import type { Attention, Overview } from "@/lib/overview/schema";
import { attentionInWords } from "./attention-words";

const shownAtFirst = 8;

const looks = {
  over: { dot: "bg-over", text: "text-over" },
  near: { dot: "bg-near", text: "text-near" },
  info: { dot: "bg-info", text: "text-fg" },
};

/** What staff look for first: who is refused, who soon will be, and what is about to end. */
export function AttentionList({ attention }: { attention: Overview["attention"] | undefined }) {
  const [showsAll, setShowsAll] = useState(false);
  const items = attention?.items ?? [];
  const shown = showsAll ? items : items.slice(0, shownAtFirst);
  const unlisted = (attention?.total ?? 0) - items.length;

  return (
    <Section title={attention?.total ? `Needs attention (${attention.total})` : "Needs attention"}>
      {!attention && <Skeleton className="mx-6 h-10" />}
      {attention?.total === 0 && (
        <p className="page-gutter min-h-10 text-muted">
          Nothing: nobody is near a limit or was refused in the last hour, and no provider fails.
        </p>
      )}
      <ul>
        {shown.map((item) => (
          <AttentionItem key={keyOf(item)} item={item} />
        ))}
      </ul>
      <p className="page-gutter flex flex-wrap gap-2 pt-2 empty:hidden">
        {items.length > shownAtFirst && (
          <Button aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
            {showsAll ? "Show less" : `Show all ${items.length}`}
          </Button>
        )}
        {unlisted > 0 && (
          <Button asChild>
            <Link href="/clients?status=attention&sort=-taken">All clients near or over a limit</Link>
          </Button>
        )}
      </p>
    </Section>
  );
}

function AttentionItem({ item }: { item: Attention }) {
  const now = useNow();
  const { agency } = useViewer();
  const { level, href, name, matter, more } = attentionInWords({ item, currency: agency.currency, now });

  return (
    <li>
      <Link
        href={href}
        className="page-gutter flex min-h-10 flex-wrap items-baseline gap-x-3 py-2 hover:bg-hover focus-visible:-outline-offset-2 sm:flex-nowrap"
      >
        <span aria-hidden="true" className={classNames("size-2 shrink-0 rounded-full", looks[level].dot)} />
        <bdi className="w-44 shrink-0 truncate text-left font-medium max-sm:w-[calc(100%-2rem)]" title={name}>
          {name}
        </bdi>
        <span className="min-w-0 [overflow-wrap:anywhere] max-sm:ps-5">
          <span className={classNames("font-medium", looks[level].text)}>{matter}</span>
          <span className="text-muted">{more.map((each) => ` · ${each}`)}</span>
        </span>
      </Link>
    </li>
  );
}

function keyOf(item: Attention): string {
  if (item.kind === "provider") return `provider ${item.slug}`;
  if (item.kind === "keys_unused") return item.kind;
  return `${item.kind} ${item.tenant.slug} ${"keyName" in item ? item.keyName : ""}`;
}
