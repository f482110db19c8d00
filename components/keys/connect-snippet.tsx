"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { providerQueries } from "@/components/providers/queries";
import { CodeSnippet } from "@/components/ui/code-snippet";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { type Connection, connectionsTo } from "@/lib/providers/connection";
import { type Language, languages, sdkNames, snippetOf } from "./snippets";
import { useOrigin } from "./use-origin";

/** How an app connects to any of the agency's providers. */
export function StaffConnectSnippet({ secret, language }: { secret: string; language?: Language }) {
  const { data } = useQuery(providerQueries.list());
  if (!data) return <Skeleton className={language === "curl" ? "h-38" : "h-64"} />;
  if (data.items.length === 0)
    return <p className="text-muted">Add a provider under Providers; then calls can be made through it.</p>;

  return <ConnectSnippet secret={secret} connections={connectionsTo(data.items)} language={language} />;
}

type ConnectSnippetProps = {
  secret: string;
  connections: Connection[];
  /** The one to begin with. */
  language?: Language | undefined;
};

/** A first call through a provider, in the language that is chosen, with the SDK that the provider's own users have. */
export function ConnectSnippet({ secret, connections, language: first = "typescript" }: ConnectSnippetProps) {
  const origin = useOrigin();
  const [chosen, setChosen] = useState<string | null>(null);
  const [language, setLanguage] = useState(first);
  const connection = connections.find(({ slug }) => slug === chosen) ?? connections[0];
  if (!connection) return null;

  const { slug, dialect, path } = connection;

  return (
    <CodeSnippet
      label="snippet"
      code={snippetOf({ dialect, language, baseUrl: `${origin}/api/proxy${path}`, secret })}
      caption={
        <>
          <Select
            aria-label="Language"
            value={language}
            onChange={(value) => setLanguage(value as Language)}
            options={languages}
            className="w-32"
          />
          {connections.length > 1 && (
            <Select
              aria-label="Provider"
              value={slug}
              onChange={setChosen}
              options={connections.map(({ slug, name, dialect }) => ({
                value: slug,
                label: name,
                detail: `${sdkNames[dialect]} SDK`,
              }))}
              className="w-40"
            />
          )}
        </>
      }
    />
  );
}
