import type { ReactNode } from "react";
import { admitClient } from "@/app/admit";
import { ClientBar } from "@/components/shell/client-bar";
import { SkipLink } from "@/components/shell/skip-link";
import { ViewerProvider } from "@/components/shell/viewer";

export default async function ClientLayout({ children }: { children: ReactNode }) {
  const { viewer } = await admitClient();

  return (
    <ViewerProvider viewer={viewer}>
      <SkipLink />
      <ClientBar />
      <main id="content" tabIndex={-1} className="mx-auto max-w-4xl outline-none">
        {children}
      </main>
    </ViewerProvider>
  );
}
