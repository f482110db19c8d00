import { expect } from "vitest";
import { findTenantSnapshot } from "@/lib/keys/directory";
import type { TenantSnapshot } from "@/lib/metering/types";
import type { KeyTotals, SourcesBucket, SourcesReport } from "@/lib/usage/schema";
import { api } from "./api";
import { recordCall } from "./factories";

export async function readSources(query: string): Promise<SourcesReport> {
  return (await api("GET", `/api/admin/usage/sources?${query}`)).body;
}

/** A call that a user makes in a client's playground. */
export async function playgroundCall(tenantId: string, userId: string): Promise<void> {
  const tenant = (await findTenantSnapshot(tenantId)) as TenantSnapshot;
  await recordCall({ source: "web", tenant, key: null, user: { id: userId, name: "Uma User" } });
}

export function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000).toISOString();
}

/** Every way to add a report up gives its grand total. */
export function expectToAddUp({ buckets, bucketStarts, totals }: SourcesReport): void {
  const { requests: calls, blocked, inputTokens, outputTokens, totalTokens } = totals.grandTotal;
  const grandTotal = { requests: calls, blocked, inputTokens, outputTokens, totalTokens };
  const rest = totals.byKeyRemainder ? [totals.byKeyRemainder] : [];
  const web = totals.bySource.filter(({ source }) => source === "web");
  expect(sumOf(buckets)).toEqual(grandTotal);
  expect(sumOf(totals.bySource)).toEqual(grandTotal);
  expect(sumOf([...totals.byKey, ...rest, ...web])).toEqual(grandTotal);
  for (const parts of [buckets, totals.bySource, [...totals.byKey, ...rest, ...web]])
    expect(parts.reduce((sum, { costMicroUsd }) => sum + (costMicroUsd ?? 0), 0)).toBe(
      totals.grandTotal.costMicroUsd ?? 0,
    );
  expect([...new Set(buckets.map(({ bucket }) => bucket))]).toEqual(buckets.length > 0 ? bucketStarts : []);
  expect(buckets.length % Math.max(1, bucketStarts.length)).toBe(0);
}

export function sumOf(
  parts: Pick<SourcesBucket & KeyTotals, "requests" | "blocked" | "inputTokens" | "outputTokens" | "totalTokens">[],
) {
  const fields = ["requests", "blocked", "inputTokens", "outputTokens", "totalTokens"] as const;
  return Object.fromEntries(fields.map((field) => [field, parts.reduce((sum, part) => sum + part[field], 0)]));
}
