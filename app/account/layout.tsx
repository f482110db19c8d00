import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { admitUser } from "@/app/admit";
import { ClientFrame } from "@/components/shell/client-frame";
import { sidebarCookie } from "@/components/shell/preference";
import { Shell } from "@/components/shell/shell";
import { ViewerProvider } from "@/components/shell/viewer";

/** Staff see it in their console, a client's user under the bar of their own page. */
export default async function AccountLayout({ children }: { children: ReactNode }) {
  const { viewer } = await admitUser();
  const isCompact = (await cookies()).get(sidebarCookie)?.value === "icons";

  return (
    <ViewerProvider viewer={viewer}>
      {viewer.staffRole === null ? (
        <ClientFrame>{children}</ClientFrame>
      ) : (
        <Shell initiallyCompact={isCompact}>{children}</Shell>
      )}
    </ViewerProvider>
  );
}
