"use client";

import Link from "next/link";
import { AgencyLogo } from "./logo";
import { UserMenu } from "./user-menu";
import { useViewer } from "./viewer";

/** The bar above a client's own page: whose service it is, and who is signed in. */
export function ClientBar() {
  const { agency } = useViewer();

  return (
    <header className="border-b border-line bg-surface">
      <div className="page-gutter mx-auto flex h-12 max-w-4xl items-center gap-2.5">
        <div className="min-w-0 grow">
          <Link href="/usage" className="inline-flex max-w-full items-center gap-2.5 rounded-inner">
            <AgencyLogo src={agency.logo} size="bar" />
            <span className="truncate font-semibold">{agency.name}</span>
          </Link>
        </div>
        <div className="print:hidden">
          <UserMenu compact align="end" />
        </div>
      </div>
    </header>
  );
}
