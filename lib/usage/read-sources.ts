import { flushMetering } from "../metering/lifecycle";
import type { BucketSize, SourcesReport } from "./schema";
import { buildSources, chooseSeries } from "./sources-report";
import { spanOf } from "./span";
import {
  findAgencyTimeZone,
  findTenantOfKey,
  inSnapshot,
  listKeyIdentities,
  listTenantIdentities,
  listUserNames,
  sumBuckets,
  sumSeries,
  sumSourceBuckets,
} from "./store";

type ReadSources = {
  tenantId?: string | undefined;
  apiKeyId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  bucket?: BucketSize | undefined;
  /** Staff see legacy use and who used the playground. */
  audience: "staff" | "client";
  now: Date;
};

const sourcesFor = { staff: ["apikey", "web", "legacy"], client: ["apikey", "web"] } as const;

/**
 * Use by source and key over time. It is read from roll-ups in one snapshot, so its parts add up, also while calls are
 * being made. Unknown ids give an empty report.
 * @throws AppError `invalid_request` when the range is empty or has too many buckets.
 */
export async function readSources({
  tenantId,
  apiKeyId,
  from,
  to,
  bucket = "day",
  audience,
  now,
}: ReadSources): Promise<SourcesReport> {
  await flushMetering();
  return await inSnapshot(async (snapshot) => {
    const onlyTenantId =
      tenantId ?? (apiKeyId === undefined ? undefined : ((await findTenantOfKey(snapshot, apiKeyId)) ?? undefined));
    const tenants = await listTenantIdentities(snapshot, onlyTenantId);
    const timeZone = (onlyTenantId && tenants.get(onlyTenantId)?.timeZone) ?? (await findAgencyTimeZone(snapshot));
    const severalTenants = onlyTenantId === undefined;

    const span = spanOf({ from, to, bucket, timeZone, severalTenants, now });
    const filter = { tenantId, apiKeyId, sources: sourcesFor[audience] };
    const series = chooseSeries(await sumSeries(snapshot, { span, filter }), audience);
    const shownIds = series.shown.map(({ actorId }) => actorId);
    const buckets = await sumBuckets(snapshot, { span, filter, actorIds: shownIds });
    const hasRest = series.shown.length < series.all.length;

    const hasOtherZones = [...tenants.values()].some((tenant) => tenant.timeZone !== timeZone);
    return buildSources({
      span,
      bucket,
      timeZone,
      mixedTimeZones: severalTenants && bucket !== "hour" && hasOtherZones,
      series,
      buckets,
      sourceBuckets: hasRest ? await sumSourceBuckets(snapshot, { span, filter }) : [],
      tenants,
      keys: await listKeyIdentities(snapshot, shownIds),
      users: audience === "staff" ? await listUserNames(snapshot, shownIds) : new Map(),
      audience,
    });
  });
}
