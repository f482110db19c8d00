import { flushMetering } from "../metering/lifecycle";
import { type Audience, sourcesFor } from "./audience";
import type { BucketSize, SourcesReport } from "./schema";
import { isFound } from "./search";
import { buildSources, chooseSeries, isKnownUser } from "./sources-report";
import { type Span, spanOf } from "./span";
import {
  findAgencyTimeZone,
  findTenantOfKey,
  inSnapshot,
  type KeyIdentity,
  listKeyIdentities,
  listTenantIdentities,
  listUserNames,
  type SeriesSums,
  type Snapshot,
  sumBuckets,
  sumSeriesAndSources,
  type TenantIdentity,
  type UsageFilter,
} from "./store";

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
 * everything else is in the remainder.
 * @throws AppError `invalid_request` when the range is empty or has too many buckets.
 */
export async function readSources(request: SourcesRequest): Promise<SourcesReport> {
  await flushMetering();
  return await inSnapshot(async (snapshot) => {
    const scope = await readScope(snapshot, request);
    const { span, filter, bucket, timeZone, severalTenants, tenants } = scope;
    const { audience } = request;

    const { series: all, sourceBuckets } = await sumSeriesAndSources(snapshot, { span, filter });
    const names = await readNames(snapshot, { all, tenants, audience });
    const series = chooseSeries({ all, audience, isSought: soughtBy(request.search, names) });

    return buildSources({
      span,
      bucket,
      timeZone,
      mixedTimeZones:
        severalTenants && bucket !== "hour" && [...tenants.values()].some((tenant) => tenant.timeZone !== timeZone),
      series,
      seriesBuckets: await sumBuckets(snapshot, {
        span,
        filter,
        actorIds: series.shown.map(({ actorId }) => actorId),
      }),
      sourceBuckets,
      ...names,
      audience,
    });
  });
}

type Scope = {
  span: Span;
  filter: UsageFilter;
  bucket: BucketSize;
  timeZone: string;
  severalTenants: boolean;
  tenants: Map<string, TenantIdentity>;
};

/** What a request covers: whose use, since when, on whose clocks. */
export async function readScope(
  snapshot: Snapshot,
  { tenantId, apiKeyId, from, to, bucket = "day", audience, now }: SourcesRequest,
): Promise<Scope> {
  const onlyTenantId =
    tenantId ?? (apiKeyId === undefined ? undefined : ((await findTenantOfKey(snapshot, apiKeyId)) ?? undefined));
  const tenants = await listTenantIdentities(snapshot, onlyTenantId);
  const timeZone = (onlyTenantId && tenants.get(onlyTenantId)?.timeZone) ?? (await findAgencyTimeZone(snapshot));
  const severalTenants = onlyTenantId === undefined;
  return {
    span: spanOf({ from, to, bucket, timeZone, severalTenants, now }),
    filter: { tenantId, apiKeyId, sources: sourcesFor[audience] },
    bucket,
    timeZone,
    severalTenants,
    tenants,
  };
}

/** What the series of a report are called. */
export type SeriesNames = {
  tenants: Map<string, TenantIdentity>;
  keys: Map<string, KeyIdentity>;
  users: Map<string, string>;
};

type Named = { all: SeriesSums[]; tenants: Map<string, TenantIdentity>; audience: Audience };

export async function readNames(snapshot: Snapshot, { all, tenants, audience }: Named): Promise<SeriesNames> {
  const ids = (isWeb: boolean) =>
    all.filter(({ source }) => (source === "web") === isWeb).map(({ actorId }) => actorId);
  return {
    tenants,
    keys: await listKeyIdentities(snapshot, ids(false)),
    users: audience === "staff" ? await listUserNames(snapshot, ids(true)) : new Map(),
  };
}

/** Whether a series is found by name, prefix or owner. */
export function soughtBy(
  search: string | undefined,
  { tenants, keys, users }: SeriesNames,
): (series: SeriesSums) => boolean {
  if (!search) return () => true;
  return (series) => {
    const key = keys.get(series.actorId);
    const userName = isKnownUser(series) ? users.get(series.actorId) : null;
    return isFound([key?.name, key?.prefix, userName, tenants.get(series.tenantId)?.name], search);
  };
}
