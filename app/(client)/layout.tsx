import type { ReactNode } from "react";
import { admitClient } from "@/app/admit";
import { ClientFrame } from "@/components/shell/client-frame";
import { ViewerProvider } from "@/components/shell/viewer";

export default async function ClientLayout({ children }: { children: ReactNode }) {
  const { viewer } = await admitClient();

  return (
    <ViewerProvider viewer={viewer}>
      <ClientFrame>{children}</ClientFrame>
    </ViewerProvider>
  );
}
