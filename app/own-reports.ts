import type { QueryKey } from "@tanstack/react-query";
import { shownMonths, usageQueries } from "@/components/usage/queries";
import { defaultPreset, forecastRange, type Range, rangeOf } from "@/components/usage/range";
import { readMonthly } from "@/lib/usage/read-monthly";
import { readSources } from "@/lib/usage/read-sources";
import type { SourcesReport } from "@/lib/usage/schema";

export type RangeSearch = { range?: string; from?: string; to?: string };

type OwnReports = {
  tenant: { id: string; slug: string; timeZone: string };
  /** How many keys the tenant has. */
  keys: number;
  search: RangeSearch;
  now: Date;
};

/** Reports of more keys are so long that the page would wait for them. */
const mostKeys = 100;

/**
 * The reports that a client's page shows, so that it has its full height at once. One that cannot be read, or whose range is
 * none, or that is too long, is left out: the page then asks for it by itself, and says why it cannot be had.
 */
export async function readOwnReports({ tenant, keys, search, now }: OwnReports): Promise<[QueryKey, unknown][]> {
  if (keys > mostKeys) return [];

  const scope = { audience: "client", tenantSlug: tenant.slug } as const;
  const own = { tenantId: tenant.id, audience: "client", now } as const;
  const clock = { timeZone: tenant.timeZone, now };
  const { range: preset = defaultPreset, from = "", to = "" } = search;

  const sources = async (range: Range): Promise<[QueryKey, unknown]> => {
    const span = { from: new Date(range.from), to: new Date(range.to), bucket: range.bucket };
    const report = Buffer.concat([...(await readSources({ ...own, ...span }))]);
    return [usageQueries.sources(scope, range).queryKey, JSON.parse(report.toString()) as SourcesReport];
  };
  const monthly = async (): Promise<[QueryKey, unknown]> => [
    usageQueries.monthly(scope).queryKey,
    await readMonthly({ ...own, months: Number(shownMonths) }),
  ];

  const read = await Promise.allSettled([
    sources(rangeOf({ preset, from, to }, clock)),
    sources(forecastRange(clock)),
    monthly(),
  ]);
  return read.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}
