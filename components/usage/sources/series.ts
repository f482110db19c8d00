import { countOf } from "@/components/ui/format-amount";
import type { SourcesBucket, SourcesReport, UsageSource, UsageTotals } from "@/lib/usage/schema";
import { playgroundName, webNameOf } from "@/lib/usage/search";
import type { Measure } from "./measure";

export const sourceNames: Record<UsageSource, string> = { apikey: "API keys", web: "Web", legacy: "Legacy" };

/** One row of the table and one line of the chart: a key, the playground of one user, or the keys that are not listed. */
export type Series = UsageTotals & {
  id: string;
  kind: "key" | "web" | "rest";
  source: UsageSource;
  name: string;
  /** The name where it stands without the owner: with it, where others are called the same. */
  fullName: string;
  /** Whose it is: the client. Null to the client itself, and of several. */
  owner: string | null;
  prefix: string | null;
  revokedAt: string | null;
};

/** All series of a report, most used first; what is not listed is one of them, so that they add up to the grand total. */
export function listSeries({ totals }: SourcesReport): Series[] {
  const forStaff = totals.byUserSource !== undefined;
  const keys = totals.byKey.map(
    ({ apiKeyId, apiKeyName, apiKeyPrefix, tenantName, tenantId: _, revoked: __, ...key }): Series => ({
      ...key,
      id: `key:${apiKeyId}`,
      kind: "key",
      name: apiKeyName,
      fullName: apiKeyName,
      owner: forStaff ? tenantName : null,
      prefix: apiKeyPrefix,
    }),
  );
  return tellApart([...keys, ...listWeb(totals)].toSorted(byUse)).concat(listRest(totals));
}

function tellApart(all: Series[]): Series[] {
  const ofName = Map.groupBy(all, ({ name }) => name);
  return all.map((series) => {
    const isAmbiguous = series.owner !== null && (ofName.get(series.name)?.length ?? 0) > 1;
    return isAmbiguous ? { ...series, fullName: `${series.name} · ${series.owner}` } : series;
  });
}

function listWeb({ byUserSource, bySource }: SourcesReport["totals"]): Series[] {
  const web = { kind: "web", source: "web", prefix: null, revokedAt: null } as const;
  if (!byUserSource) {
    const name = playgroundName;
    const whole = bySource.find(({ source }) => source === "web");
    return whole ? [{ ...whole, ...web, id: "web", name, fullName: name, owner: null }] : [];
  }
  return byUserSource
    .filter(({ source }) => source === "web")
    .map(({ userId, userName, tenantId, tenantName, ...use }) => {
      const name = webNameOf(userId === null ? null : { name: userName });
      return { ...use, ...web, id: webId(tenantId, userId), name, fullName: name, owner: tenantName };
    });
}

/** What is not listed: keys of each source, and the playground's users, which a client has in one anyway. */
export function listRest({ byKeyRemainder, byUserSourceRemainder = [] }: SourcesReport["totals"]): Series[] {
  const rest = { kind: "rest", owner: null, prefix: null, revokedAt: null } as const;
  const rests: Series[] = [];
  for (const { source, keys, ...use } of byKeyRemainder?.bySource ?? []) {
    const name = countOf(keys, source === "legacy" ? "more legacy key" : "more key");
    rests.push({ ...use, ...rest, id: restId(source), source, name, fullName: name });
  }
  for (const { source, owners, ...use } of byUserSourceRemainder) {
    const name = countOf(owners, "more user");
    if (source === "web") rests.push({ ...use, ...rest, id: restId(source), source, name, fullName: name });
  }
  return rests;
}

function restId(source: UsageSource): string {
  return `rest-${source}`;
}

/** The series that a line of the report belongs to. */
export function seriesIdOf({ source, apiKeyId, userId, tenantId, remainder }: SourcesBucket): string {
  if (remainder) return restId(source);
  if (source !== "web") return `key:${apiKeyId}`;
  return tenantId === undefined ? "web" : webId(tenantId, userId ?? null);
}

/** One person may use the playgrounds of several clients. */
function webId(tenantId: string, userId: string | null): string {
  return userId === null ? `web:${tenantId}` : `web:${tenantId}:${userId}`;
}

/** Whether there is anything of it to draw: calls, tokens, or a cost alone, as a correction may be. */
export function isUsed({ requests, totalTokens, costMicroUsd }: UsageTotals): boolean {
  return requests > 0 || totalTokens !== 0 || (costMicroUsd ?? 0) !== 0;
}

/** An amount to draw; what is unpriced has none. */
export function amountOf(
  { requests, totalTokens, costMicroUsd }: Pick<UsageTotals, "requests" | "totalTokens" | "costMicroUsd">,
  measure: Measure,
): number {
  if (measure === "requests") return requests;
  return measure === "tokens" ? totalTokens : (costMicroUsd ?? 0);
}

function byUse(a: Series, b: Series): number {
  return b.totalTokens - a.totalTokens || b.requests - a.requests || (a.id < b.id ? -1 : 1);
}
