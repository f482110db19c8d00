"use client";

import { useSelectedLayoutSegment } from "next/navigation";
import type { ReactNode } from "react";
import { TabLinks } from "@/components/ui/tab-links";
import { useCurrentTenant } from "./current-tenant";

const tabs = [
  { value: "overview", label: "Overview", path: "" },
  { value: "keys", label: "Keys", path: "/keys" },
  { value: "sources", label: "Sources", path: "/sources" },
  { value: "months", label: "Months", path: "/months" },
  { value: "requests", label: "Requests", path: "/requests" },
  { value: "limits", label: "Limits", path: "/limits" },
  { value: "people", label: "People", path: "/people" },
  { value: "playground", label: "Playground", path: "/playground" },
];

export function TenantTabs({ children }: { children: ReactNode }) {
  const { slug, name } = useCurrentTenant();
  const segment = useSelectedLayoutSegment();

  return (
    <TabLinks
      label={`Pages of ${name}`}
      current={segment ?? "overview"}
      tabs={tabs.map(({ path, ...tab }) => ({ ...tab, href: `/clients/${slug}${path}` }))}
    >
      {children}
    </TabLinks>
  );
}
