"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tenantQueries } from "@/components/tenants/queries";
import { Combobox } from "@/components/ui/combobox";
import { useSettled } from "@/components/ui/use-settled";
import type { TenantListItem } from "@/lib/tenants/schema";

const shownAtMost = 50;
const typingMs = 120;
const everyone = "All clients";

type TenantFilterProps = { value: TenantListItem | null; onChange: (tenant: TenantListItem | null) => void };

/** All clients, or one of them, who is looked for on the server: there may be thousands. */
export function TenantFilter({ value, onChange }: TenantFilterProps) {
  const [typed, setTyped] = useState("");
  const search = useSettled(typed, typingMs);
  const { data, isPlaceholderData, isLoading } = useQuery({
    ...tenantQueries.list({ search, sort: "name", limit: shownAtMost }),
    placeholderData: keepPreviousData,
  });
  const tenants = data?.items ?? [];
  const nameOf = (tenant: TenantListItem) => labelOf(tenant, tenants);
  const options = tenants.map(nameOf);

  return (
    <Combobox
      aria-label="Client"
      value={value ? nameOf(value) : everyone}
      onType={setTyped}
      isSettled={search === typed && !isPlaceholderData && !isLoading}
      onChange={(label) => onChange(tenants.find((tenant) => nameOf(tenant) === label) ?? null)}
      options={search === "" ? [everyone, ...options] : options}
      className="w-full sm:w-52"
    />
  );
}

/** Of two clients of one name the slug tells which is meant. */
function labelOf({ slug, name }: TenantListItem, all: TenantListItem[]): string {
  return all.some((other) => other.name === name && other.slug !== slug) ? `${name} (${slug})` : name;
}
