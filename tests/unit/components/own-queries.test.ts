import { expect, test } from "vitest";
import { keyQueries } from "@/components/keys/queries";
import { partsOf } from "@/components/usage/own-page";
import { usageQueries } from "@/components/usage/queries";
import { forecastRange } from "@/components/usage/range";
import type { OwnPage } from "@/lib/usage/schema";

const tenantSlug = "acme";
const scope = { audience: "client", tenantSlug } as const;
const range = { from: "2026-11-01T00:00:00.000Z", to: "2026-12-01T00:00:00.000Z", bucket: "day" } as const;
const month = forecastRange({ timeZone: "Europe/Berlin", now: new Date("2026-11-22T12:00:00Z") });

test("one answer tells each part of a client's page, so that no two of them disagree", () => {
  const page = { quota: "quota", keys: "keys", months: "months", thisMonth: month, sources: "sources" };
  expect(partsOf(page as unknown as OwnPage, { tenantSlug, range })).toEqual([
    [usageQueries.ownQuota(tenantSlug).queryKey, "quota"],
    [keyQueries.own(tenantSlug).queryKey, "keys"],
    [usageQueries.monthly(scope).queryKey, "months"],
    [usageQueries.sources(scope, month).queryKey, month],
    [usageQueries.sources(scope, range).queryKey, "sources"],
  ]);
});
