import type { ReactNode } from "react";
import { AgencyLogo } from "./logo";

type FrontPageProps = { title: string; lead?: ReactNode; logo?: string | null; children: ReactNode };

/** A page of its own before anybody is signed in: one column, one task. */
export function FrontPage({ title, lead, logo = null, children }: FrontPageProps) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center px-4 py-12">
      <AgencyLogo src={logo} className="mb-6 size-8" />
      <h1 className="text-display font-semibold">{title}</h1>
      {lead && <p className="mt-2 text-muted">{lead}</p>}
      <div className="mt-8">{children}</div>
    </main>
  );
}
