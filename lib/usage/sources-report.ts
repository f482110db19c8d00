import type { Audience } from "./audience";
import { type ChosenSeries, maxSeries } from "./choose-series";
import type { SeriesNames } from "./read-sources";
import type { Line, Series, SeriesSums } from "./rollup-store";
import type { BucketSize, KeyTotals, OwnerTotals, SourcesReport } from "./schema";
import { arrangeLines, type OwnLine, type ReportLines, sourceOrder } from "./source-lines";
import type { Span } from "./span";
import { addSums, byUse, totalsOf } from "./totals";
import { type LineName, writeBuckets } from "./write-buckets";

type Parts = SeriesNames & {
  span: Span;
  bucket: BucketSize;
  timeZone: string;
  mixedTimeZones: boolean;
  chosen: ChosenSeries;
  /** All that was used. */
  lines: Line[];
  audience: Audience;
};

/** A `SourcesReport` as JSON, in pieces: totals and buckets of the same lines, which stand in the order of use over the whole span. */
export function writeSources(parts: Parts): Buffer[] {
  const arranged = arrangeLines(parts.lines, parts.chosen);
  const lines = [
    ...arranged.own.map((line) => ({ name: nameOfLine(line, parts), buckets: line.buckets })),
    ...arranged.rests.map((line) => ({ name: nameOfRest(line, parts), buckets: line.buckets })),
  ];
  return [
    Buffer.from(`${JSON.stringify(describe(arranged, parts)).slice(0, -1)},"buckets":`),
    writeBuckets(lines, parts.span.bucketStarts),
    Buffer.from("}"),
  ];
}

function describe(arranged: ReportLines, parts: Parts): Omit<SourcesReport, "buckets"> {
  const { span, bucket, timeZone, mixedTimeZones, lines, chosen, audience } = parts;
  const keys = arranged.own.filter(({ source }) => source !== "web");
  const otherKeys = arranged.rests.filter(({ source }) => source !== "web");
  return {
    from: span.startsAt.toISOString(),
    to: span.endsAt.toISOString(),
    bucket,
    timeZone,
    mixedTimeZones,
    bucketStarts: span.bucketStarts.map((start) => start.toISOString()),
    totals: {
      bySource: sourceOrder.flatMap((source) => {
        const ofSource = lines.filter((line) => line.source === source);
        return ofSource.length === 0 ? [] : [{ source, ...totalsOf(addSums(ofSource)) }];
      }),
      byKey: keys.map((line) => keyTotals(line, parts)),
      byKeyRemainder: chosen.otherKeys > 0 ? { keys: chosen.otherKeys, ...totalsOf(addSums(otherKeys)) } : null,
      ...(audience === "staff" && ownersOf(arranged, parts)),
      grandTotal: totalsOf(addSums(lines)),
    },
    truncated: chosen.truncated,
  };
}

function keyTotals(line: OwnLine, { keys, tenants }: Parts): KeyTotals {
  const key = keys.get(line.actorId);
  return {
    apiKeyId: line.actorId,
    apiKeyName: key?.name ?? "",
    apiKeyPrefix: key?.prefix ?? "",
    source: line.source,
    tenantId: line.tenantId,
    tenantName: tenants.get(line.tenantId)?.name ?? "",
    ...totalsOf(line),
    revoked: key?.revokedAt != null,
    revokedAt: key?.revokedAt?.toISOString() ?? null,
  };
}

/** Web use by user, legacy use by tenant, so that each of it is somebody's; at most 200 of each are listed. */
function ownersOf({ own, rests }: ReportLines, parts: Parts) {
  const { lines, chosen } = parts;
  const users = own.filter(({ source }) => source === "web");
  const otherUsers = rests.filter(({ source }) => source === "web");
  const byTenant = Map.groupBy(
    lines.filter(({ source }) => source === "legacy"),
    ({ tenantId }) => tenantId as string,
  );
  const tenants = [...byTenant]
    .map(([tenantId, members]) => ({ ...addSums(members), source: "legacy" as const, tenantId, actorId: tenantId }))
    .toSorted(byUse);
  const listed = tenants.filter(({ tenantId }) => chosen.legacyTenantIds.has(tenantId)).slice(0, maxSeries);
  const otherTenants = tenants.filter((each) => !listed.includes(each));
  const remainder = [
    { source: "web" as const, owners: chosen.otherUsers, ...totalsOf(addSums(otherUsers)) },
    { source: "legacy" as const, owners: otherTenants.length, ...totalsOf(addSums(otherTenants)) },
  ];
  return {
    byUserSource: [...users, ...listed].toSorted(byUse).map((owner) => ownerTotals(owner, parts)),
    byUserSourceRemainder: remainder.filter(({ owners }) => owners > 0),
  };
}

function ownerTotals(owner: SeriesSums, { tenants, users }: Parts): OwnerTotals {
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
function nameOfRest({ source }: Line, { audience }: Parts): LineName {
  const name = { source, apiKeyId: null, apiKeyName: null };
  return source !== "web" || audience === "staff" ? { ...name, remainder: true } : name;
}

/** Use of the playground whose user is unknown is counted under the tenant. */
export function isKnownUser({ source, actorId, tenantId }: Series): boolean {
  return source === "web" && actorId !== tenantId;
}
