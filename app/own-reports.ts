import type { QueryKey } from "@tanstack/react-query";
import { ownPageKey, partsOf } from "@/components/usage/own-page";
import { shownMonths } from "@/components/usage/queries";
import { defaultPreset, rangeOf } from "@/components/usage/range";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { readOwnPage } from "@/lib/usage/read-own-page";
import type { OwnPage } from "@/lib/usage/schema";

export type RangeSearch = { range?: string; from?: string; to?: string };

type Reports = [key: QueryKey, answer: unknown][];

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
/** Nor are those that take so long: the rest of the page need not wait for them. */
const patienceMs = 3_000;

/**
 * All that a client's page shows, so that it has its full height at once. Null where it cannot be read in time, or the range is
 * none, or it is too long: the page then asks for its parts by itself, and says why one cannot be had.
 */
export async function readOwnReports({ tenant, keys, search, now }: OwnReports): Promise<Reports | null> {
  if (keys > mostKeys) return null;

  const { range: preset = defaultPreset, from = "", to = "" } = search;
  const range = rangeOf({ preset, from, to }, { timeZone: tenant.timeZone, now });
  const asked = { tenantSlug: tenant.slug, range };
  const read = async () => {
    const span = { from: new Date(range.from), to: new Date(range.to), bucket: range.bucket };
    const own = { tenantId: tenant.id, keyId: null, months: Number(shownMonths), now };
    const json = Buffer.concat([...(await readOwnPage({ ...own, ...span }))]);
    return json.length > mostBytes ? null : (JSON.parse(json.toString()) as OwnPage);
  };
  const page = await unlessLate(read());
  return page && [...partsOf(page, asked), [ownPageKey(asked), null]];
}

async function unlessLate<T>(reading: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), patienceMs);
  });
  return await Promise.race([reading, late])
    .catch((error: unknown) => {
      const isAsked = error instanceof AppError && error.code === "invalid_request";
      if (!isAsked) log().warn({ err: error }, "the reports of a client's page could not be read");
      return null;
    })
    .finally(() => clearTimeout(timer));
}
