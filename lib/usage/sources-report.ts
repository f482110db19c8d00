import type { Audience } from "./audience";
import type { BucketSize, KeyTotals, OwnerTotals, SourcesBucket, SourcesReport, UsageSource } from "./schema";
import type { Span } from "./span";
import type { BucketSums, KeyIdentity, SeriesSums, TenantIdentity } from "./store";
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
  return { all: ranked, keys, shown: [...keys, ...users], truncated: soughtKeys.length > keys.length };
}

type Parts = {
  span: Span;
  bucket: BucketSize;
  timeZone: string;
  mixedTimeZones: boolean;
  series: ChosenSeries;
  /** Of the series shown. */
  buckets: BucketSums[];
  /** Of whole sources. */
  sourceBuckets: BucketSums[];
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
function listBuckets({ span, series, buckets, sourceBuckets, keys, users, audience }: Parts): SourcesBucket[] {
  const lines = listLines({ series, keys, users, audience });
  const used = Map.groupBy([...buckets, ...restsOf({ buckets, sourceBuckets })], nameOfLine);
  const usedByLine = lines.map((line) => {
    const inBuckets: BucketSums[] = [];
    for (const each of used.get(nameOfLine(line)) ?? []) inBuckets[each.bucket] = each;
    return inBuckets;
  });
  return span.bucketStarts.flatMap((start, index) => {
    const bucket = start.toISOString();
    return lines.map((line, place) => {
      const inBucket = usedByLine[place]?.[index] ?? nothing;
      return {
        bucket,
        source: line.source,
        apiKeyId: line.apiKeyId,
        apiKeyName: line.apiKeyName,
        userId: line.userId,
        userName: line.userName,
        tenantId: line.tenantId,
        remainder: line.remainder,
        requests: inBucket.requests,
        blocked: inBucket.blocked,
        inputTokens: inBucket.inputTokens,
        outputTokens: inBucket.outputTokens,
        totalTokens: inBucket.totalTokens,
        costMicroUsd: costOf(inBucket),
      };
    });
  });
}

function nameOfLine({ source, actorId }: Pick<BucketSums, "source" | "actorId">): string {
  return `${source} ${actorId}`;
}

/** What of each source and bucket is not in the series shown. */
function restsOf({ buckets, sourceBuckets }: Pick<Parts, "buckets" | "sourceBuckets">): BucketSums[] {
  const shown = Map.groupBy(buckets, ({ bucket, source }) => `${bucket} ${source}`);
  return sourceBuckets.map((whole) => {
    const parts = shown.get(`${whole.bucket} ${whole.source}`) ?? [];
    return parts.reduce(
      (rest, part) => ({
        bucket: whole.bucket,
        source: whole.source,
        actorId: null,
        requests: rest.requests - part.requests,
        blocked: rest.blocked - part.blocked,
        inputTokens: rest.inputTokens - part.inputTokens,
        outputTokens: rest.outputTokens - part.outputTokens,
        totalTokens: rest.totalTokens - part.totalTokens,
        costMicroUsd: rest.costMicroUsd - part.costMicroUsd,
        unpriced: rest.unpriced - part.unpriced,
      }),
      whole,
    );
  });
}

type Line = Pick<
  SourcesBucket,
  "source" | "apiKeyId" | "apiKeyName" | "userId" | "userName" | "tenantId" | "remainder"
> & {
  actorId: string | null;
};

/** What has a line of its own, and for each source one line for all that has not. */
function listLines({ series, keys, users, audience }: Pick<Parts, "series" | "keys" | "users" | "audience">): Line[] {
  const nobody = { apiKeyId: null, apiKeyName: null, userId: null, userName: null, tenantId: null };
  const own = series.shown.toSorted(byUse).map((each): Line => {
    const { source, actorId, tenantId } = each;
    const line = { ...nobody, source, actorId, tenantId, remainder: false };
    if (source !== "web") return { ...line, apiKeyId: actorId, apiKeyName: keys.get(actorId)?.name ?? "" };
    return isKnownUser(each) ? { ...line, userId: actorId, userName: users.get(actorId) ?? null } : line;
  });
  const shown = new Set(series.shown);
  const rest = sourceOrder
    .filter((source) => series.all.some((each) => each.source === source && !shown.has(each)))
    // To a client the playground is one series, and not the remainder of any.
    .map((source): Line => ({ ...nobody, source, actorId: null, remainder: source !== "web" || audience === "staff" }));
  return [...own, ...rest];
}

/** Use of the playground whose user is unknown is counted under the tenant. */
export function isKnownUser({ source, actorId, tenantId }: SeriesSums): boolean {
  return source === "web" && actorId !== tenantId;
}
