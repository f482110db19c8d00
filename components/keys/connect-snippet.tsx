"use client";

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { providerQueries } from "@/components/providers/queries";
import { CodeSnippet } from "@/components/ui/code-snippet";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { factsOf, type Vendor } from "@/lib/providers/vendors";
import { type Language, languages, snippetOf } from "./snippets";
import { useOrigin } from "./use-origin";

/** How an app connects to any of the agency's providers that speak OpenAI's dialect. */
export function StaffConnectSnippet({ secret }: { secret: string }) {
  const { data } = useQuery(providerQueries.list());
  const [chosen, setChosen] = useState<string | null>(null);
  if (!data) return <Skeleton className="h-64" />;

  const providers = data.items.filter(({ dialect }) => dialect === "openai");
  const provider =
    providers.find(({ slug }) => slug === chosen) ?? providers.find(({ isDefault }) => isDefault) ?? providers[0];
  if (!provider) {
    return <p className="text-muted">Add a provider under Providers; then this key can make calls through it.</p>;
  }

  return (
    <ConnectSnippet secret={secret} path={`/${provider.slug}${versionPath(provider.vendor)}`}>
      {providers.length > 1 && (
        <Select
          aria-label="Provider"
          value={provider.slug}
          onChange={setChosen}
          options={providers.map(({ slug, name }) => ({ value: slug, label: name }))}
          className="w-40"
        />
      )}
    </ConnectSnippet>
  );
}

type ConnectSnippetProps = {
  secret: string;
  /** Which provider it leads to; `/v1` is the agency's default one. */
  path: string;
  children?: ReactNode;
};

export function ConnectSnippet({ secret, path, children }: ConnectSnippetProps) {
  const origin = useOrigin();
  const [language, setLanguage] = useState<Language>("typescript");
  const baseUrl = `${origin}/api/proxy${path}`;

  return (
    <CodeSnippet
      label="snippet"
      code={snippetOf({ language, baseUrl, secret })}
      caption={
        <>
          <Select
            aria-label="Language"
            value={language}
            onChange={(value) => setLanguage(value as Language)}
            options={languages}
            className="w-32"
          />
          {children}
        </>
      }
    />
  );
}

/** What stands between the host and the endpoints: `/v1` nearly everywhere. */
function versionPath(vendor: Vendor): string {
  return factsOf(vendor).modelsPath.replace(/\/models.*$/, "");
}
