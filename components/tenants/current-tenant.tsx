"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import type { Tenant } from "@/lib/tenants/schema";
import { tenantQueries } from "./queries";

const TenantIdContext = createContext<string | null>(null);

/** Whose pages these are. The tenant itself is prefetched by the layout that renders this. */
export function CurrentTenant({ tenantId, children }: { tenantId: string; children: ReactNode }) {
  return <TenantIdContext value={tenantId}>{children}</TenantIdContext>;
}

export function useCurrentTenant(): Tenant {
  const tenantId = useContext(TenantIdContext);
  if (!tenantId) throw new Error("useCurrentTenant needs a CurrentTenant above it.");
  return useSuspenseQuery(tenantQueries.detail(tenantId)).data;
}
