import type { ProviderHealth } from "../providers/schema";
import { tightest } from "../quota/headroom";
import type { TenantListItem } from "../tenants/schema";
import type { RefusedRow } from "./attention-store";
import type { Attention, TenantName } from "./schema";

/** From so many refusals on, for calling too fast, somebody's script has run wild. */
const wildFrom = 60;
/** So many errors, and such a share of the calls, are more than chance. */
const failingErrors = 3;
const failingShare = 0.1;

/** The tighter of a client's limits for the day and the month, when that is near or used up. */
export function limitAttention(tenant: TenantListItem): Attention | null {
  const near = [tenant.today, tenant.month].flatMap((limit) =>
    limit && (limit.near || limit.remaining === 0) ? [{ ...limit, resetsAt: new Date(limit.resetsAt), limit }] : [],
  );
  const limit = tightest(near)?.limit;
  return limit ? { kind: "limit", level: limit.remaining === 0 ? "over" : "near", tenant, limit } : null;
}

export function providerAttention(
  { slug, name }: { slug: string; name: string },
  health: ProviderHealth,
): Attention | null {
  const { calls, errors } = health;
  if (errors < failingErrors || errors < calls * failingShare) return null;
  return { kind: "provider", slug, name, calls, errors };
}

/** Refusals by a limit that is used up are told with that limit. */
export function refusalAttention(
  { reason, refusals, since, lastAt, ...tenant }: RefusedRow,
  overLimit: ReadonlySet<string>,
): Attention | null {
  const isPace = /_minute_|^concurrency$/.test(reason);
  if (/_(day|month)_tenant$/.test(reason) && overLimit.has(tenant.slug)) return null;
  return {
    kind: isPace && refusals >= wildFrom ? "pace" : "refused",
    tenant: nameOf(tenant),
    reason,
    refusals,
    since: since.toISOString(),
    lastAt: lastAt.toISOString(),
  };
}

export function nameOf({ slug, name, timeZone }: TenantName): TenantName {
  return { slug, name, timeZone };
}

/** What refuses calls or fails first, then what is about to, then what may be tidied up. */
export function byUrgency(all: Attention[]): Attention[] {
  return all.toSorted((a, b) => urgency(a) - urgency(b));
}

const order = ["provider", "pace", "limit", "refused", "override_expires", "key_expires", "keys_unused"];

function urgency(item: Attention): number {
  if (item.kind === "limit" && item.level === "over") return -1;
  return order.indexOf(item.kind);
}
