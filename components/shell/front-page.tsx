import type { ReactNode } from "react";
import { Drawing, type DrawingName } from "@/components/ui/drawing";
import { AgencyLogo } from "./logo";

type FrontPageProps = {
  title: string;
  lead?: ReactNode;
  logo?: string | null;
  /** In the logo's place, where the page is not what was asked for. */
  drawing?: DrawingName;
  children: ReactNode;
};

/** A page of its own before anybody is signed in: one column, one task. */
export function FrontPage({ title, lead, logo = null, drawing, children }: FrontPageProps) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center px-4 py-12">
      {drawing ? <Drawing name={drawing} /> : <AgencyLogo src={logo} size="page" />}
      <h1 className="text-display font-semibold">{title}</h1>
      {lead && <p className="mt-2 text-muted">{lead}</p>}
      <div className="mt-8">{children}</div>
    </main>
  );
}
