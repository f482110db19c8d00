import { expect, test } from "vitest";
import { alertsOf, type UsedLimit } from "@/lib/alerts/crossing";
import { writeLetter } from "@/lib/alerts/letter";

const now = new Date("2026-05-20T10:00:00Z");
const used = (given: Partial<UsedLimit> = {}): UsedLimit => ({
  tenantId: "acme",
  tenantName: "Acme GmbH",
  tenantSlug: "acme-gmbh",
  timeZone: "Europe/Berlin",
  subjectId: "acme",
  keyName: null,
  metric: "tokens",
  window: "day",
  cap: 50_000,
  used: 50_120,
  nearLimitPercent: 80,
  ...given,
});
const last = (given: Partial<UsedLimit> = {}) => alertsOf([used(given)], now).slice(-1);
const letterOf = (alerts: ReturnType<typeof last>) =>
  writeLetter({ alerts, currency: "EUR", publicUrl: "https://ai.harbour.test" });

test("says of whom it is, what is used of which limit, when it renews there and where to look", () => {
  const alerts = [
    ...last({ tenantName: "Borealis", tenantSlug: "borealis", keyName: "shop", metric: "requests", used: 41_000 }),
    ...last({
      tenantName: "Corvus",
      tenantSlug: "corvus",
      metric: "cost",
      window: "month",
      cap: 5e7,
      used: 49_999_999,
    }),
    ...last(),
  ];
  expect(letterOf(alerts).subject).toBe("1 limit used up, 2 near");
  expect(letterOf(alerts).text).toBe(
    [
      "Used up. Calls are refused until the limit renews or is raised:",
      "",
      "Acme GmbH",
      "50,120 of 50,000: tokens of the day (100 %), renews 2026-05-21 00:00 Europe/Berlin",
      "https://ai.harbour.test/clients/acme-gmbh",
      "",
      "Near the limit:",
      "",
      "Borealis, key “shop”",
      "41,000 of 50,000: calls of the day (82 %), renews 2026-05-21 00:00 Europe/Berlin",
      "https://ai.harbour.test/clients/borealis",
      "",
      "Corvus",
      "€49.99 of €50.00: budget of the month (99 %), renews 2026-06-01 00:00 Europe/Berlin",
      "https://ai.harbour.test/clients/corvus",
      "",
      "Each limit is told of once when it comes near and once when it is used up, in each of its days or months.",
      "Who gets these mails: https://ai.harbour.test/settings",
    ].join("\n"),
  );
});

test.each([
  { alerts: last(), subject: "Acme GmbH: tokens of the day used up" },
  { alerts: last({ used: 45_000 }), subject: "Acme GmbH: tokens of the day near the limit" },
  { alerts: last({ keyName: "shop" }), subject: "Acme GmbH, key “shop”: tokens of the day used up" },
  { alerts: [...last(), ...last({ metric: "requests" })], subject: "2 limits used up" },
  { alerts: [...last({ used: 45_000 }), ...last({ metric: "cost", used: 45_000 })], subject: "2 limits near" },
])("its subject says what it is about: $subject", ({ alerts, subject }) => {
  expect(letterOf(alerts).subject).toBe(subject);
});

test("of very many it names the first hundred, those that are used up before others, and says where the rest is", () => {
  const many = (count: number, given: Partial<UsedLimit>) =>
    Array.from({ length: count }, (_, place) => last({ tenantName: `Client ${place}`, ...given })).flat();
  const { subject, text } = letterOf([...many(5_000, { used: 45_000 }), ...many(60, { tenantSlug: "over" })]);
  expect(subject).toBe("60 limits used up, 5,000 near");
  expect(text.match(/clients\/over$/gm)).toHaveLength(60);
  expect(text.match(/clients\/acme-gmbh$/gm)).toHaveLength(40);
  expect(text).toContain("And 4,960 more: https://ai.harbour.test/clients?status=attention");
});

test("who gets the same twice can tell by its id, in whichever order it is told", () => {
  const [one, other] = [last(), last({ metric: "requests" })];
  expect(letterOf([...one, ...other]).messageId).toBe(letterOf([...other, ...one]).messageId);
  expect(letterOf(one).messageId).not.toBe(letterOf(other).messageId);
  expect(letterOf(one).messageId).toMatch(/^<alert-[0-9a-f]{32}@ai\.harbour\.test>$/);
});
