import { flushMetering } from "../metering/lifecycle";
import { type Audience, sourcesFor } from "./audience";
import { type ChosenSeries, chooseSeries } from "./choose-series";
import {
  findAgencyTimeZone,
  findTenantOfKey,
  hasOtherTimeZones,
  type KeyIdentity,
  listKeyIdentities,
  listTenantIdentities,
  listUserNames,
  type TenantIdentity,
} from "./names-store";
import { listLines, type Series, type SeriesSums, sumUse } from "./rollup-store";
import type { BucketSize } from "./schema";
import { isFound, playgroundName, webNameOf } from "./search";
import { inSnapshot, type Snapshot } from "./snapshot";
import { arrangeLines, type ReportLines, useOf } from "./source-lines";
import { isKnownUser, writeSources } from "./sources-report";
import { type Span, spanOf } from "./span";
import type { UsageFilter } from "./used-rows";

export type SourcesRequest = {
  tenantId?: string | undefined;
  apiKeyId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  bucket?: BucketSize | undefined;
  search?: string | undefined;
  audience: Audience;
  now: Date;
};

/**
 * Use by source and key over time. It is read from roll-ups in one snapshot, so its parts add up, also while calls are
 * being made. Unknown ids give an empty report. With a search only what it finds has lines of its own, of at most 200 keys;
 * everything else is in the remainder. It is a `SourcesReport` as JSON, in pieces, each written when it is asked for; all is read before.
 * @throws AppError `invalid_request` when the range is empty or has too many buckets.
 */
export async function readSources(request: SourcesRequest): Promise<Iterable<Buffer>> {
  await flushMetering();
  return await inSnapshot((snapshot) => readSourcesIn(snapshot, request));
}

/** The same in a snapshot that other reports share. */
export async function readSourcesIn(snapshot: Snapshot, request: SourcesRequest): Promise<Iterable<Buffer>> {
  const { audience, search } = request;
  const { span, filter, bucket, timeZone, severalTenants } = await readScope(snapshot, request);
  const choose = async (all: SeriesSums[]) => {
    const names = search ? await readNames(snapshot, { series: all, audience }) : noNames;
    const isSought = soughtBy({ search, names, audience });
    return chooseSeries({ all, audience, isSought });
  };
  const read = severalTenants ? readUseOfMany : readUseOfOne;
  const { all, chosen, lines } = await read(snapshot, { span, filter, choose });
  const named = [...chosen.shown, ...chosen.others.filter(({ source }) => source === "legacy")];

  return writeSources({
    span,
    bucket,
    timeZone,
    mixedTimeZones: severalTenants && bucket !== "hour" && (await hasOtherTimeZones(snapshot, timeZone)),
    all,
    chosen,
    lines,
    ...(await readNames(snapshot, { series: named, audience })),
    audience,
  });
}

type ReadUse = { all: SeriesSums[]; chosen: ChosenSeries; lines: ReportLines };

type UseRequest = { span: Span; filter: UsageFilter; choose: (all: SeriesSums[]) => Promise<ChosenSeries> };

/** Of thousands of series only those that have a line of their own are read over time; of the others together it is what these leave. */
async function readUseOfMany(snapshot: Snapshot, { span, filter, choose }: UseRequest): Promise<ReadUse> {
  const { all, bySource } = await sumUse(snapshot, { span, filter });
  const chosen = await choose(all);
  const actorIds = chosen.shown.map(({ actorId }) => actorId);
  const lines = await listLines(snapshot, { span, filter, actorIds });
  return { all, chosen, lines: arrangeLines({ chosen, lines, bySource }) };
}

/** Of one client nearly all have a line, so that all are read, at once. */
async function readUseOfOne(snapshot: Snapshot, { span, filter, choose }: UseRequest): Promise<ReadUse> {
  const lines = await listLines(snapshot, { span, filter });
  const { all, bySource } = useOf(lines);
  const chosen = await choose(all);
  return { all, chosen, lines: arrangeLines({ chosen, lines, bySource }) };
}

type Scope = {
  span: Span;
  filter: UsageFilter;
  bucket: BucketSize;
  timeZone: string;
  severalTenants: boolean;
};

/** What a request covers: whose use, since when, on whose clocks. */
export async function readScope(
  snapshot: Snapshot,
  { tenantId, apiKeyId, from, to, bucket = "day", audience, now }: SourcesRequest,
): Promise<Scope> {
  const onlyTenantId =
    tenantId ?? (apiKeyId === undefined ? undefined : ((await findTenantOfKey(snapshot, apiKeyId)) ?? undefined));
  const severalTenants = onlyTenantId === undefined;
  const own = severalTenants ? undefined : (await listTenantIdentities(snapshot, [onlyTenantId])).get(onlyTenantId);
  const timeZone = own?.timeZone ?? (await findAgencyTimeZone(snapshot));
  return {
    span: spanOf({ from, to, bucket, timeZone, severalTenants, now }),
    filter: { tenantId, apiKeyId, sources: sourcesFor[audience] },
    bucket,
    timeZone,
    severalTenants,
  };
}

/** What the series of a report are called. */
export type SeriesNames = {
  tenants: Map<string, TenantIdentity>;
  keys: Map<string, KeyIdentity>;
  users: Map<string, string>;
};

const noNames: SeriesNames = { tenants: new Map(), keys: new Map(), users: new Map() };

type Named = { series: Series[]; audience: Audience };

export async function readNames(snapshot: Snapshot, { series, audience }: Named): Promise<SeriesNames> {
  const ids = (isWeb: boolean) =>
    series.filter(({ source }) => (source === "web") === isWeb).map(({ actorId }) => actorId);
  return {
    tenants: await listTenantIdentities(snapshot, [...new Set(series.map(({ tenantId }) => tenantId))]),
    keys: await listKeyIdentities(snapshot, ids(false)),
    users: audience === "staff" ? await listUserNames(snapshot, ids(true)) : new Map(),
  };
}

type Search = { search: string | undefined; names: SeriesNames; audience: Audience };

/** Whether a series is found by name, prefix or owner, as they are shown: a client's own name stands beside none of its series. */
export function soughtBy({ search, names: { tenants, keys, users }, audience }: Search): (series: Series) => boolean {
  if (!search) return () => true;
  const webName = (series: Series) =>
    audience === "staff" ? webNameOf(isKnownUser(series) ? { name: users.get(series.actorId) } : null) : playgroundName;
  return (series) => {
    const key = keys.get(series.actorId);
    const name = series.source === "web" ? webName(series) : key?.name;
    const owner = audience === "staff" ? tenants.get(series.tenantId)?.name : null;
    return isFound([name, key?.prefix, owner], search);
  };
}
