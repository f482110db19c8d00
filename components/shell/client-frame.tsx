import type { ReactNode } from "react";
import { ClientBar } from "./client-bar";
import { SkipLink } from "./skip-link";

/** What is around the pages of a client's users. */
export function ClientFrame({ children }: { children: ReactNode }) {
  return (
    <>
      <SkipLink />
      <ClientBar />
      <main id="content" tabIndex={-1} className="mx-auto max-w-4xl outline-none">
        {children}
      </main>
    </>
  );
}
