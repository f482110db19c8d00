"use client";

import { useQuery } from "@tanstack/react-query";
import { tenantQueries } from "@/components/tenants/queries";
import { Amount } from "@/components/ui/amount";
import { Skeleton } from "@/components/ui/skeleton";
import type { ApiKey } from "@/lib/keys/schema";
import { type LimitPair, limitPairs } from "./limit-pairs";

const windowWords = { minute: "a minute", day: "a day", month: "a month" };

/** A key's limits beside its client's, which bind anyway. */
export function LimitsBeside({ apiKey }: { apiKey: ApiKey }) {
  const { data } = useQuery(tenantQueries.quota(apiKey.tenantId));
  if (!data) return <Skeleton className="h-32" />;
  const pairs = limitPairs(apiKey, data.limits).filter(({ own, client }) => own !== null || client !== null);

  return (
    <section aria-label="Limits">
      <h3 className="mb-1.5 font-semibold">Limits</h3>
      {pairs.length === 0 && apiKey.concurrency === null ? (
        <p className="text-muted">Neither the key nor its client has a limit.</p>
      ) : (
        <table className="w-full">
          <thead>
            <tr className="h-8 border-b border-line text-caption text-muted">
              <th scope="col" className="text-start font-medium">
                Limit
              </th>
              <th scope="col" className="text-end font-medium">
                This key
              </th>
              <th scope="col" className="text-end font-medium">
                Client, all keys
              </th>
            </tr>
          </thead>
          <tbody>
            {pairs.map((pair) => (
              <tr key={pair.field} className="h-8 border-b border-line last:border-b-0">
                <th scope="row" className="text-start font-normal">
                  {pair.unit === "tokens" ? "Tokens" : "Calls"} {windowWords[pair.window]}
                </th>
                <Cap pair={pair} of="key" cap={pair.own} />
                <Cap pair={pair} of="client" cap={pair.client} />
              </tr>
            ))}
            {apiKey.concurrency !== null && (
              <tr className="h-8">
                <th scope="row" className="text-start font-normal">
                  Calls at the same time
                </th>
                <td className="text-end font-medium">
                  <Amount value={apiKey.concurrency} />
                </td>
                <td className="text-end text-muted">No limit</td>
              </tr>
            )}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The cap that is met first is set off; a client's binds each of its keys, whatever the key's own says. */
function Cap({ pair, of, cap }: { pair: LimitPair; of: "key" | "client"; cap: number | null }) {
  if (cap === null) return <td className="text-end text-muted">No limit</td>;
  if (pair.binds !== of) {
    return (
      <td className="text-end text-muted">
        <Amount value={cap} unit={pair.unit} />
      </td>
    );
  }
  return (
    <td className="text-end font-medium">
      <Amount value={cap} unit={pair.unit} />
      <span className="sr-only">, met first</span>
    </td>
  );
}
