"use client";

import { useQuery } from "@tanstack/react-query";
import { useCurrentTenant } from "@/components/tenants/current-tenant";
import { ErrorState } from "@/components/ui/error-state";
import { Facts } from "@/components/ui/facts";
import { countOf } from "@/components/ui/format-amount";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { reasonInWords } from "@/components/usage/refusal-words";
import type { ApiKey } from "@/lib/keys/schema";
import { keyQueries } from "./queries";

/** Calls that were tried with a key in vain, by reason. */
export function RefusedAttempts({ apiKey }: { apiKey: ApiKey }) {
  const { timeZone } = useCurrentTenant();
  const { data, error, refetch } = useQuery(keyQueries.attempts(apiKey));
  if (error && !data)
    return <ErrorState title="The refused calls could not be loaded" error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-12" />;

  return (
    <Facts
      title={apiKey.revokedAt ? "Tried since" : "Refused in the last 30 days"}
      facts={data.refused.map(({ reason, attempts, lastAt }) => [
        capitalised(reasonInWords(reason)),
        <span key={reason}>
          {countOf(attempts, "call")}, the last <RelativeTime at={lastAt} timeZone={timeZone} />
        </span>,
      ])}
    >
      {data.refused.length === 0 && (
        <p className="text-muted">{apiKey.revokedAt ? "Nobody has tried to use it since." : "No call was refused."}</p>
      )}
    </Facts>
  );
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
