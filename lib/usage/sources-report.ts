import type { Audience } from "./audience";
import type { BucketSize, KeyTotals, OwnerTotals, SourcesBucket, SourcesReport, UsageSource } from "./schema";
import type { Span } from "./span";
import type { BucketSums, KeyIdentity, SeriesBuckets, SeriesSums, SourceBucketSums, TenantIdentity } from "./store";
import { addSums, byUse, costOf, nothing, totalsOf } from "./totals";

const maxSeries = 200;
const sourceOrder: UsageSource[] = ["apikey", "web", "legacy"];

/** All series by use, and those that have a line of their own; the rest of each source is one. */
export type ChosenSeries = { all: SeriesSums[]; shown: SeriesSums[]; keys: SeriesSums[]; truncated: boolean };

type Choice = { all: SeriesSums[]; audience: Audience; isSought: (series: SeriesSums) => boolean };

/** At most 200 keys and as many users have a line of their own. A client sees the playground's use as one. */
export function chooseSeries({ all, audience, isSought }: Choice): ChosenSeries {
  const ranked = all.toSorted(byUse);
  const soughtKeys = ranked.filter((each) => each.source !== "web" && isSought(each));
  const keys = soughtKeys.slice(0, maxSeries);
  const users =
    audience === "staff" ? ranked.filter((each) => each.source === "web" && isSought(each)).slice(0, maxSeries) : [];
  return { all: ranked, keys, shown: [...keys, ...users].toSorted(byUse), truncated: soughtKeys.length > keys.length };
}

type Parts = {
  span: Span;
  bucket: BucketSize;
  timeZone: string;
  mixedTimeZones: boolean;
  series: ChosenSeries;
  /** Of the series shown, and of others. */
  seriesBuckets: SeriesBuckets[];
  sourceBuckets: SourceBucketSums[];
  tenants: Map<string, TenantIdentity>;
  keys: Map<string, KeyIdentity>;
  users: Map<string, string>;
  audience: Audience;
};

/** The report: totals and buckets of the same series, with zero where a series has no use in a bucket. */
export function buildSources(parts: Parts): SourcesReport {
  const { span, bucket, timeZone, mixedTimeZones, series } = parts;
  const ownLine = new Set(series.keys);
  const cutKeys = series.all.filter((each) => each.source !== "web" && !ownLine.has(each));
  return {
    from: span.startsAt.toISOString(),
    to: span.endsAt.toISOString(),
    bucket,
    timeZone,
    mixedTimeZones,
    bucketStarts: span.bucketStarts.map((start) => start.toISOString()),
    buckets: listBuckets(parts),
    totals: {
      bySource: sourceOrder.flatMap((source) => {
        const ofSource = series.all.filter((each) => each.source === source);
        return ofSource.length === 0 ? [] : [{ source, ...totalsOf(addSums(ofSource)) }];
      }),
      byKey: series.keys.map((each) => keyTotals(each, parts)),
      byKeyRemainder: cutKeys.length > 0 ? { keys: cutKeys.length, ...totalsOf(addSums(cutKeys)) } : null,
      ...(parts.audience === "staff" && { byUserSource: listOwners(parts) }),
      grandTotal: totalsOf(addSums(series.all)),
    },
    truncated: series.truncated,
  };
}

function keyTotals(series: SeriesSums, { keys, tenants }: Parts): KeyTotals {
  const { tenantId, source, actorId, ...sums } = series;
  const key = keys.get(actorId);
  return {
    apiKeyId: actorId,
    apiKeyName: key?.name ?? "",
    apiKeyPrefix: key?.prefix ?? "",
    source,
    tenantId,
    tenantName: tenants.get(tenantId)?.name ?? "",
    ...totalsOf(sums),
    revoked: key?.revokedAt != null,
    revokedAt: key?.revokedAt?.toISOString() ?? null,
  };
}

/** Web use by user, legacy use by tenant, so that each of it is somebody's. */
function listOwners({ series, tenants, users }: Parts): OwnerTotals[] {
  const withoutKey = series.all.filter(({ source }) => source !== "apikey");
  const groups = Map.groupBy(
    withoutKey,
    (each) => `${each.source} ${each.tenantId} ${isKnownUser(each) ? each.actorId : ""}`,
  );
  const owners = [...groups.values()].map((members) => {
    const [first] = members as [SeriesSums];
    const userId = isKnownUser(first) ? first.actorId : null;
    return {
      ...addSums(members),
      source: first.source as "web" | "legacy",
      tenantId: first.tenantId,
      userId,
      actorId: userId ?? first.tenantId,
    };
  });
  return owners.toSorted(byUse).map(({ source, tenantId, userId, actorId: _, ...sums }) => ({
    source,
    userId,
    userName: userId === null ? null : (users.get(userId) ?? null),
    tenantId,
    tenantName: tenants.get(tenantId)?.name ?? "",
    ...totalsOf(sums),
  }));
}

/** Every series in every bucket, bucket by bucket; within one in the order of use over the whole span. */
function listBuckets(parts: Parts): SourcesBucket[] {
  const lines = listLines(parts);
  const all: SourcesBucket[] = [];
  for (const [place, start] of parts.span.bucketStarts.entries()) {
    const bucket = start.toISOString();
    for (const { name, used } of lines) {
      const inBucket = used[place] ?? nothing;
      all.push({
        bucket,
        ...name,
        requests: inBucket.requests,
        blocked: inBucket.blocked,
        inputTokens: inBucket.inputTokens,
        outputTokens: inBucket.outputTokens,
        totalTokens: inBucket.totalTokens,
        costMicroUsd: costOf(inBucket),
      });
    }
  }
  return all;
}

type Line = {
  name: Pick<SourcesBucket, "source" | "apiKeyId" | "apiKeyName" | "tenantId" | "userId" | "userName" | "remainder">;
  /** By place; where there is none, nothing was used. */
  used: BucketSums[];
};

/** What has a line of its own, and for each source one line for all that has not. */
function listLines({ series, seriesBuckets, sourceBuckets, keys, users, audience }: Parts): Line[] {
  const usedBy = new Map(seriesBuckets.map((each) => [nameOfSeries(each), byPlace(each.buckets)]));
  const usedOf = (each: SeriesSums) => usedBy.get(nameOfSeries(each)) ?? [];
  const own = series.shown.map((each): Line => ({ name: nameOfLine(each, { keys, users }), used: usedOf(each) }));

  const isShown = new Set(series.shown);
  const rests = sourceOrder
    .filter((source) => series.all.some((each) => each.source === source && !isShown.has(each)))
    .map((source): Line => {
      const shown = series.shown.filter((each) => each.source === source).map(usedOf);
      const whole = sourceBuckets.filter((each) => each.source === source);
      // To a client the playground is one series, and not the remainder of any.
      const remainder = source !== "web" || audience === "staff" ? ({ remainder: true } as const) : {};
      return {
        name: { source, apiKeyId: null, apiKeyName: null, ...remainder },
        used: byPlace(
          whole.map((sums) => shown.reduce<BucketSums>((rest, used) => without(rest, used[sums.bucket]), sums)),
        ),
      };
    });
  return [...own, ...rests];
}

function nameOfSeries({ tenantId, source, actorId }: Pick<SeriesSums, "tenantId" | "source" | "actorId">): string {
  return `${tenantId} ${source} ${actorId}`;
}

function byPlace(buckets: BucketSums[]): BucketSums[] {
  const places: BucketSums[] = [];
  for (const sums of buckets) places[sums.bucket] = sums;
  return places;
}

function without(whole: BucketSums, part: BucketSums | undefined): BucketSums {
  if (!part) return whole;
  return {
    bucket: whole.bucket,
    requests: whole.requests - part.requests,
    blocked: whole.blocked - part.blocked,
    inputTokens: whole.inputTokens - part.inputTokens,
    outputTokens: whole.outputTokens - part.outputTokens,
    totalTokens: whole.totalTokens - part.totalTokens,
    costMicroUsd: whole.costMicroUsd - part.costMicroUsd,
    unpriced: whole.unpriced - part.unpriced,
  };
}

function nameOfLine(series: SeriesSums, { keys, users }: Pick<Parts, "keys" | "users">): Line["name"] {
  const { source, actorId, tenantId } = series;
  if (source !== "web") return { source, apiKeyId: actorId, apiKeyName: keys.get(actorId)?.name ?? "" };
  const playground = { source, apiKeyId: null, apiKeyName: null, tenantId };
  return isKnownUser(series) ? { ...playground, userId: actorId, userName: users.get(actorId) ?? null } : playground;
}

/** Use of the playground whose user is unknown is counted under the tenant. */
export function isKnownUser({ source, actorId, tenantId }: SeriesSums): boolean {
  return source === "web" && actorId !== tenantId;
}
