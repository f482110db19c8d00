import { countOf, formatExact } from "@/components/ui/format-amount";
import { formatClock, formatRelative } from "@/components/ui/format-time";
import { defaultNearLimitPercent, headroomOf, refusedSince } from "@/components/usage/headroom";
import { reasonInWords } from "@/components/usage/refusal-words";
import type { Attention } from "@/lib/overview/schema";

/** An item as it is read: where it leads, whom it is about, what is the matter, and what more there is to know. */
export type AttentionWords = {
  level: "over" | "near" | "info";
  href: string;
  name: string;
  matter: string;
  more: string[];
};

const metricNames = { tokens: "tokens", requests: "calls", cost: "cost" };

type Words = { item: Attention; currency: string; now: Date };

export function attentionInWords({ item, currency, now }: Words): AttentionWords {
  switch (item.kind) {
    case "limit":
      return limitInWords(item, { currency, now });
    case "provider":
      return {
        level: "over",
        href: `/providers/${item.slug}`,
        name: item.name,
        matter: `${countOf(item.errors, "call")} of ${formatExact(item.calls)} failed in the last hour`,
        more: [],
      };
    case "pace":
    case "refused":
      return refusalInWords(item, now);
    case "override_expires":
      return {
        level: "info",
        href: `/clients/${item.tenant.slug}/limits`,
        name: item.tenant.name,
        matter: `override ends ${formatRelative(new Date(item.expiresAt), now)}`,
        more: [`${countOf(item.dailyTokenLimit, "token")} a day until then, and the plan's limit after`],
      };
    case "key_expires":
      return {
        level: "near",
        href: `/clients/${item.tenant.slug}/keys`,
        name: item.tenant.name,
        matter: `key ${item.keyName} expires ${formatRelative(new Date(item.expiresAt), now)}`,
        more: ["calls with it are refused from then on"],
      };
    case "keys_unused":
      return unusedInWords(item, now);
  }
}

function limitInWords(
  { tenant, limit, level }: Extract<Attention, { kind: "limit" }>,
  { currency, now }: Omit<Words, "item">,
): AttentionWords {
  const { words } = headroomOf({
    limit,
    timeZone: tenant.timeZone,
    currency,
    nearLimitPercent: tenant.plan?.nearLimitPercent ?? defaultNearLimitPercent,
    now,
  });
  const name = `${limit.window === "day" ? "daily" : "monthly"} ${metricNames[limit.metric]}`;
  const since = refusedSince(limit, { timeZone: tenant.timeZone, now });
  const percent = Math.floor(((limit.used + limit.reserved) / limit.cap) * 100);
  const matter =
    limit.cap === 0
      ? `every call is refused: ${name} set to 0`
      : level === "over"
        ? `over ${name}${since === null ? "" : ` since ${since}`}`
        : `${percent}\u00a0% of ${name}`;
  const more = limit.cap === 0 ? [] : [words.compact, level === "near" && words.pace, words.renewal];
  return {
    level,
    href: `/clients/${tenant.slug}/limits`,
    name: tenant.name,
    matter,
    more: more.filter((each) => typeof each === "string"),
  };
}

function refusalInWords(item: Extract<Attention, { kind: "pace" | "refused" }>, now: Date): AttentionWords {
  const { tenant, refusals, reason, since, lastAt } = item;
  const [from, to] = [since, lastAt].map((at) => formatClock(new Date(at), { timeZone: tenant.timeZone, now }));
  const when = from === to ? `at ${to}` : `from ${from} to ${to}`;
  return {
    level: item.kind === "pace" ? "over" : "near",
    href: `/clients/${tenant.slug}/limits`,
    name: tenant.name,
    matter: `${item.kind === "pace" ? "calls far too often: " : ""}${countOf(refusals, "call")} refused`,
    more: [reasonInWords(reason), `${when} ${tenant.timeZone}, last ${formatRelative(new Date(lastAt), now)}`],
  };
}

function unusedInWords({ count, keys }: Extract<Attention, { kind: "keys_unused" }>, now: Date): AttentionWords {
  const [first] = keys;
  const named = keys.map(
    ({ tenant, keyName, unusedSince }) =>
      `${keyName} of ${tenant.name} (${formatRelative(new Date(unusedSince), now).replace(" ago", "")})`,
  );
  return {
    level: "info",
    href: first ? `/clients/${first.tenant.slug}/keys` : "/clients",
    name: countOf(count, "key"),
    matter: "unused for 60 days or more",
    more: [`${count > keys.length ? "the longest: " : ""}${named.join(", ")}`],
  };
}
