import { expect, test } from "vitest";
import { keyQueries } from "@/components/keys/queries";
import { usageQueries } from "@/components/usage/queries";

const scope = { audience: "client", tenantSlug: "acme" } as const;
const range = { from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z", bucket: "day" } as const;

test("all figures of a client's page are asked for equally often: no two of them disagree for longer than an answer takes", () => {
  const intervals = [
    usageQueries.ownQuota("acme").refetchInterval,
    usageQueries.sources(scope, range).refetchInterval,
    usageQueries.monthly(scope).refetchInterval,
    keyQueries.own("acme").refetchInterval,
  ];
  expect(new Set(intervals)).toEqual(new Set([5_000]));
});
