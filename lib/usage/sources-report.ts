import type { Audience } from "./audience";
import { type ChosenSeries, maxSeries } from "./choose-series";
import type { SeriesNames } from "./read-sources";
import type { Series, SeriesSums } from "./rollup-store";
import {
  allSources,
  type BucketSize,
  type KeyRemainder,
  type KeyTotals,
  type OwnerTotals,
  type SourcesReport,
  type UsageSource,
} from "./schema";
import type { ReportLines } from "./source-lines";
import type { Span } from "./span";
import { addSums, byUse, totalsOf } from "./totals";
import { type LineName, writeBuckets } from "./write-buckets";

type Parts = SeriesNames & {
  span: Span;
  bucket: BucketSize;
  timeZone: string;
  mixedTimeZones: boolean;
  /** All that was used. */
  all: SeriesSums[];
  chosen: ChosenSeries;
  /** The same over time. */
  lines: ReportLines;
  audience: Audience;
};

/** A `SourcesReport` as JSON, in pieces: totals, and the buckets of what they are of, in the order of use over the whole span. */
export function* writeSources(parts: Parts): Generator<Buffer> {
  const { own, rests } = parts.lines;
  const lines = [
    ...own.map(({ series, buckets }) => ({ name: nameOfLine(series, parts), buckets })),
    ...rests.map(({ source, buckets }) => ({ name: nameOfRest(source, parts), buckets })),
  ];
  yield Buffer.from(`${JSON.stringify(describe(parts)).slice(0, -1)},"buckets":`);
  yield* writeBuckets(lines, parts.span.bucketStarts);
  yield Buffer.from("}");
}

function describe(parts: Parts): Omit<SourcesReport, "buckets"> {
  const { span, bucket, timeZone, mixedTimeZones, all, chosen, audience } = parts;
  const otherKeys = chosen.others.filter(isOfKey);
  return {
    from: span.startsAt.toISOString(),
    to: span.endsAt.toISOString(),
    bucket,
    timeZone,
    mixedTimeZones,
    bucketStarts: span.bucketStarts.map((start) => start.toISOString()),
    totals: {
      bySource: allSources.flatMap((source) => {
        const ofSource = all.filter((series) => series.source === source);
        return ofSource.length === 0 ? [] : [{ source, ...totalsOf(addSums(ofSource)) }];
      }),
      byKey: chosen.shown.filter(isOfKey).map((series) => keyTotals(series, parts)),
      byKeyRemainder: otherKeys.length > 0 ? { ...remainderOf(otherKeys), bySource: remainders(otherKeys) } : null,
      ...(audience === "staff" && ownersOf(parts)),
      grandTotal: totalsOf(addSums(all)),
    },
    truncated: chosen.truncated,
  };
}

function remainders(keys: SeriesSums[]): KeyRemainder["bySource"] {
  return allSources.flatMap((source) => {
    const ofSource = keys.filter((key) => key.source === source);
    return ofSource.length === 0 ? [] : [{ source, ...remainderOf(ofSource) }];
  });
}

function remainderOf(keys: SeriesSums[]) {
  return { keys: keys.length, ...totalsOf(addSums(keys)) };
}

function isOfKey({ source }: Series): boolean {
  return source !== "web";
}

function keyTotals(series: SeriesSums, { keys, tenants }: Parts): KeyTotals {
  const key = keys.get(series.actorId);
  return {
    apiKeyId: series.actorId,
    apiKeyName: key?.name ?? "",
    apiKeyPrefix: key?.prefix ?? "",
    source: series.source,
    tenantId: series.tenantId,
    tenantName: tenants.get(series.tenantId)?.name ?? "",
    ...totalsOf(series),
    revoked: key?.revokedAt != null,
    revokedAt: key?.revokedAt?.toISOString() ?? null,
  };
}

/** Web use by user, legacy use by tenant, so that each of it is somebody's; at most 200 of each are listed. */
function ownersOf({ all, chosen, ...parts }: Parts) {
  const users = chosen.shown.filter(({ source }) => source === "web");
  const otherUsers = chosen.others.filter(({ source }) => source === "web");
  const byTenant = Map.groupBy(
    all.filter(({ source }) => source === "legacy"),
    ({ tenantId }) => tenantId,
  );
  const tenants = [...byTenant]
    .map(([tenantId, members]) => ({ ...addSums(members), source: "legacy" as const, tenantId, actorId: tenantId }))
    .toSorted(byUse);
  const listed = tenants.filter(({ tenantId }) => chosen.legacyTenantIds.has(tenantId)).slice(0, maxSeries);
  const otherTenants = tenants.filter((each) => !listed.includes(each));
  const remainder = [
    { source: "web" as const, owners: otherUsers.length, ...totalsOf(addSums(otherUsers)) },
    { source: "legacy" as const, owners: otherTenants.length, ...totalsOf(addSums(otherTenants)) },
  ];
  return {
    byUserSource: [...users, ...listed].toSorted(byUse).map((owner) => ownerTotals(owner, parts)),
    byUserSourceRemainder: remainder.filter(({ owners }) => owners > 0),
  };
}

function ownerTotals(owner: SeriesSums, { tenants, users }: SeriesNames): OwnerTotals {
  const { tenantId, source } = owner;
  const userId = isKnownUser(owner) ? owner.actorId : null;
  return {
    source: source as "web" | "legacy",
    userId,
    userName: userId === null ? null : (users.get(userId) ?? null),
    tenantId,
    tenantName: tenants.get(tenantId)?.name ?? "",
    ...totalsOf(owner),
  };
}

function nameOfLine(line: Series, { keys, users }: Parts): LineName {
  const { source, actorId, tenantId } = line;
  if (source !== "web") return { source, apiKeyId: actorId, apiKeyName: keys.get(actorId)?.name ?? "" };
  const playground = { source, apiKeyId: null, apiKeyName: null, tenantId };
  return isKnownUser(line) ? { ...playground, userId: actorId, userName: users.get(actorId) ?? null } : playground;
}

/** To a client the playground is one series, and not the remainder of any. */
function nameOfRest(source: UsageSource, { audience }: Parts): LineName {
  const name = { source, apiKeyId: null, apiKeyName: null };
  return source !== "web" || audience === "staff" ? { ...name, remainder: true } : name;
}

/** Use of the playground whose user is unknown is counted under the tenant. */
export function isKnownUser({ source, actorId, tenantId }: Series): boolean {
  return source === "web" && actorId !== tenantId;
}
