import { flushMetering } from "../metering/lifecycle";
import { readHealth } from "../providers/read-health";
import { listProviders } from "../providers/store";
import { listTenants } from "../tenants/list-tenants";
import { byUrgency, limitAttention, nameOf, providerAttention, refusalAttention } from "./attention";
import { listKeysEnding, listOverridesEnding, listRefused, listUnusedKeys } from "./attention-store";
import { clocksAt } from "./clocks";
import type { Attention, Overview } from "./schema";
import { listTimeZones, sumParts, useOf } from "./use-store";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const overrideEndsWithinMs = 2 * dayMs;
const keyEndsWithinMs = 7 * dayMs;
const unusedForMs = 60 * dayMs;
/** So many of a kind are listed: beyond, it is the number that matters. */
const listedOfKind = 20;
const listedUnused = 3;

/** How the agency stands: what staff should look at, and what all clients use today and this month. */
export async function readOverview(now: Date): Promise<Overview> {
  await flushMetering();
  const [attention, zones] = await Promise.all([readAttention(now), listTimeZones()]);
  const sums = await sumParts(clocksAt(now, zones));
  const comparedToday = { now: useOf(sums, "todayHours"), before: useOf(sums, "yesterday") };
  const comparedMonth = {
    now: useOf(sums, "earlier", "todayHours"),
    before: useOf(sums, "lastMonth", "lastDay"),
  };
  return {
    attention,
    today: { use: useOf(sums, "today"), compared: comparedToday },
    month: { use: useOf(sums, "today", "earlier"), compared: comparedMonth },
  };
}

async function readAttention(now: Date): Promise<Overview["attention"]> {
  const after = (ms: number) => new Date(now.getTime() + ms);
  const [tenants, health, providers, refused, overrides, keysEnding, unused] = await Promise.all([
    listTenants({ status: "attention", sort: "-taken", limit: listedOfKind, now }),
    readHealth(now),
    listProviders(),
    listRefused({ since: after(-hourMs), limit: listedOfKind }),
    listOverridesEnding({ from: now, to: after(overrideEndsWithinMs), limit: listedOfKind }),
    listKeysEnding({ from: now, to: after(keyEndsWithinMs), limit: listedOfKind }),
    listUnusedKeys({ now, since: after(-unusedForMs), limit: listedUnused }),
  ]);
  const limits = tenants.items.flatMap((tenant) => limitAttention(tenant) ?? []);
  const over = new Set(
    limits.flatMap((item) => (item.kind === "limit" && item.level === "over" ? item.tenant.slug : [])),
  );

  const items: Attention[] = [
    ...limits,
    ...health.items.flatMap((of) => {
      const provider = providers.find(({ id }) => id === of.providerId);
      return (provider && providerAttention(provider, of)) ?? [];
    }),
    ...refused.flatMap((row) => refusalAttention(row, over) ?? []),
    ...overrides.map(({ at, dailyTokenLimit, ...tenant }) => ({
      kind: "override_expires" as const,
      tenant: nameOf(tenant),
      dailyTokenLimit,
      expiresAt: at.toISOString(),
    })),
    ...keysEnding.map(({ at, keyName, ...tenant }) => ({
      kind: "key_expires" as const,
      tenant: nameOf(tenant),
      keyName,
      expiresAt: at.toISOString(),
    })),
    ...unusedItem(unused),
  ];
  return { items: byUrgency(items), total: items.length + tenants.total - limits.length };
}

function unusedItem({ count, keys }: Awaited<ReturnType<typeof listUnusedKeys>>): Attention[] {
  if (count === 0) return [];
  const listed = keys.map(({ at, keyName, ...tenant }) => ({
    tenant: nameOf(tenant),
    keyName,
    unusedSince: at.toISOString(),
  }));
  return [{ kind: "keys_unused", count, keys: listed }];
}
