import { expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeStaff } from "../../factories";

useDatabase();

const path = "/api/admin/settings";
const versionOf = async () => (await prisma().agency.findFirst())?.version ?? 0;

test("settings that were never set have their defaults, and what is left out of a change stays", async () => {
  expect((await api("GET", path)).body).toEqual({
    name: "Agency",
    timeZone: "UTC",
    currency: "USD",
    disconnectPolicy: "abort",
    drainSeconds: 60,
    unpricedPolicy: "refuse",
    retentionMonths: null,
    refusalNote: null,
    alertRecipients: [],
  });

  const changed = await api("PATCH", path, { body: { disconnectPolicy: "drain" } });
  expect(changed).toMatchObject({ status: 200, body: { disconnectPolicy: "drain", drainSeconds: 60 } });
  expect((await api("PATCH", path, { body: { drainSeconds: 5 } })).body).toMatchObject({
    disconnectPolicy: "drain",
    drainSeconds: 5,
  });
  expect((await api("GET", path)).body).toMatchObject({ disconnectPolicy: "drain", drainSeconds: 5 });
});

test("a change moves the agency's version, by which every instance obeys it, and is on the audit trail; no change does neither", async () => {
  await api("PATCH", path, { body: { disconnectPolicy: "abort" } });
  const before = await versionOf();
  await api("PATCH", path, { body: { disconnectPolicy: "abort" } });
  expect(await versionOf()).toBe(before);

  await api("PATCH", path, { body: { disconnectPolicy: "drain" } });
  expect(await versionOf()).toBe(before + 1);
  const { body } = await api("GET", "/api/admin/audit?target=settings&limit=1");
  expect(body.items).toMatchObject([
    { action: "settings.updated", before: { disconnectPolicy: "abort" }, after: { disconnectPolicy: "drain" } },
  ]);
});

test("name, time zone and currency are the agency's own, as the pages show them", async () => {
  const input = { name: "Harbour Digital", timeZone: "Europe/Brussels", currency: "EUR" };
  expect(await api("PATCH", path, { body: input })).toMatchObject({ status: 200, body: input });
  const owner = await makeStaff("owner");
  expect((await api("GET", "/api/auth/me", { as: { user: owner } })).body.agency).toEqual(input);
});

test("who gets alerts is told once each, as mail goes there, and is on the audit trail", async () => {
  const given = { alertRecipients: [" Ops@Harbour.test ", "owner@harbour.test", "ops@harbour.test"] };
  const alertRecipients = ["ops@harbour.test", "owner@harbour.test"];
  expect(await api("PATCH", path, { body: given })).toMatchObject({ status: 200, body: { alertRecipients } });
  expect((await api("PATCH", path, { body: { drainSeconds: 9 } })).body).toMatchObject({ alertRecipients });
  expect((await api("PATCH", path, { body: { alertRecipients: [] } })).body).toMatchObject({ alertRecipients: [] });
  const { body } = await api("GET", "/api/admin/audit?target=settings&limit=1");
  expect(body.items).toMatchObject([{ before: { alertRecipients }, after: { alertRecipients: [] } }]);
});

test("of two changes at once neither undoes the other", async () => {
  await Promise.all([
    api("PATCH", path, { body: { disconnectPolicy: "abort" } }),
    api("PATCH", path, { body: { drainSeconds: 77 } }),
  ]);
  expect((await api("GET", path)).body).toMatchObject({ disconnectPolicy: "abort", drainSeconds: 77 });
});

test.each([
  { name: "a policy that there is not", body: { disconnectPolicy: "wait" }, field: "disconnectPolicy" },
  {
    name: "a policy for what has no price that there is not",
    body: { unpricedPolicy: "free" },
    field: "unpricedPolicy",
  },
  { name: "no month", body: { retentionMonths: 0 }, field: "retentionMonths" },
  { name: "half a month", body: { retentionMonths: 1.5 }, field: "retentionMonths" },
  { name: "a long note", body: { refusalNote: "x".repeat(301) }, field: "refusalNote" },
  { name: "a note of two lines", body: { refusalNote: "a\nb" }, field: "refusalNote" },
  { name: "no address", body: { alertRecipients: ["ops@harbour.test", "ops"] }, field: "alertRecipients.1" },
  { name: "one address without a list", body: { alertRecipients: "ops@harbour.test" }, field: "alertRecipients" },
  { name: "null for nobody", body: { alertRecipients: null }, field: "alertRecipients" },
  {
    name: "too many addresses",
    body: { alertRecipients: Array.from({ length: 21 }, (_, place) => `ops${place}@harbour.test`) },
    field: "alertRecipients",
  },
  { name: "no time at all", body: { drainSeconds: 0 }, field: "drainSeconds" },
  { name: "more than ten minutes", body: { drainSeconds: 601 }, field: "drainSeconds" },
  { name: "null", body: { drainSeconds: null }, field: "drainSeconds" },
  { name: "no name", body: { name: " " }, field: "name" },
  { name: "a time zone that there is not", body: { timeZone: "Mars/Base" }, field: "timeZone" },
  { name: "a currency that there is not", body: { currency: "XYZ" }, field: "currency" },
  { name: "an unknown field", body: { drain: true }, field: "drain" },
])("$name is refused", async ({ body, field }) => {
  const answer = await api("PATCH", path, { body });
  expect(answer).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
  expect(Object.keys(answer.body.error.fields)).toEqual([field]);
});
