import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { admitStaff } from "@/app/admit";
import { sidebarCookie } from "@/components/shell/preference";
import { Shell } from "@/components/shell/shell";
import { ViewerProvider } from "@/components/shell/viewer";

export default async function StaffLayout({ children }: { children: ReactNode }) {
  const viewer = await admitStaff();
  const isCompact = (await cookies()).get(sidebarCookie)?.value === "icons";

  return (
    <ViewerProvider viewer={viewer}>
      <Shell initiallyCompact={isCompact}>{children}</Shell>
    </ViewerProvider>
  );
}
