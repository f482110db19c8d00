import type { QueryKey } from "@tanstack/react-query";
import { shownMonths, usageQueries } from "@/components/usage/queries";
import { defaultPreset, forecastRange, type Range, rangeOf } from "@/components/usage/range";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { readMonthly } from "@/lib/usage/read-monthly";
import { readSources } from "@/lib/usage/read-sources";
import type { SourcesReport } from "@/lib/usage/schema";

export type RangeSearch = { range?: string; from?: string; to?: string };

type Report = [QueryKey, unknown];

type OwnReports = {
  tenant: { id: string; slug: string; timeZone: string };
  /** How many keys the tenant has. */
  keys: number;
  search: RangeSearch;
  now: Date;
};

/** Reports of more keys, or longer than this, are not worth the wait for the page. */
const mostKeys = 100;
const mostBytes = 300_000;
/** Nor is one that takes so long: the rest of the page need not wait for it. */
const patienceMs = 3_000;

/**
 * The reports that a client's page shows, so that it has its full height at once. One that cannot be read in time, or whose
 * range is none, or that is too long, is left out: the page then asks for it by itself, and says why it cannot be had.
 */
export async function readOwnReports({ tenant, keys, search, now }: OwnReports): Promise<Report[]> {
  if (keys > mostKeys) return [];

  const scope = { audience: "client", tenantSlug: tenant.slug } as const;
  const own = { tenantId: tenant.id, audience: "client", now } as const;
  const clock = { timeZone: tenant.timeZone, now };
  const { range: preset = defaultPreset, from = "", to = "" } = search;

  const sources = async (range: Range): Promise<Report | null> => {
    const span = { from: new Date(range.from), to: new Date(range.to), bucket: range.bucket };
    const report = Buffer.concat([...(await readSources({ ...own, ...span }))]);
    if (report.length > mostBytes) return null;
    return [usageQueries.sources(scope, range).queryKey, JSON.parse(report.toString()) as SourcesReport];
  };
  const monthly = async (): Promise<Report> => [
    usageQueries.monthly(scope).queryKey,
    await readMonthly({ ...own, months: Number(shownMonths) }),
  ];

  const reading = [sources(rangeOf({ preset, from, to }, clock)), sources(forecastRange(clock)), monthly()];
  const read = await Promise.all(reading.map(unlessLate));
  return read.filter((report) => report !== null);
}

async function unlessLate(reading: Promise<Report | null>): Promise<Report | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), patienceMs);
  });
  return await Promise.race([reading, late])
    .catch((error: unknown) => {
      const isAsked = error instanceof AppError && error.code === "invalid_request";
      if (!isAsked) log().warn({ err: error }, "a report of a client's page could not be read");
      return null;
    })
    .finally(() => clearTimeout(timer));
}
