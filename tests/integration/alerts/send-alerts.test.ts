import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readAlertMails } from "@/lib/alerts/alert-mails";
import { sendAlerts } from "@/lib/alerts/send-alerts";
import { prisma } from "@/lib/db/client";
import { setUse, tellByMail } from "../../alerts";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeKey, makePlan, makeTenant, unique } from "../../factories";
import { MailServer } from "../../fixtures/mail-server";
import { quietClock } from "../../quiet-clock";
import { change } from "../../tenants";

const server = new MailServer();
beforeAll(async () => {
  process.env.SMTP_URL = await server.start();
  process.env.SMTP_FROM = "Harbour Digital <ai@harbour.test>";
  process.env.PUBLIC_URL = "https://ai.harbour.test";
});
afterAll(async () => await server.stop());
useDatabase();

const pauseMs = 10 * 60_000;
const timeZone = "Europe/Berlin";
/** Noon in the middle of a month that is still to come, so that plans are in force. */
const noon = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 4, 20, 10));
let now = noon;

beforeEach(async () => {
  await prisma().quotaAlert.deleteMany();
  await prisma().tenant.updateMany({ data: { status: "suspended" } });
  await tellByMail("ops@harbour.test", "owner@harbour.test");
  server.mails.length = 0;
  server.isAway = false;
  now = noon;
});

/** A round of the job, once the pause after the last one is over; the mails that it sent. */
async function round(at = new Date(now.getTime() + pauseMs)): Promise<string[]> {
  now = at;
  const before = server.mails.length;
  await sendAlerts(at);
  return server.mails.slice(before);
}

async function makeClient(limits: Parameters<typeof makePlan>[0] = { dailyTokenLimit: 100 }) {
  const plan = await makePlan(limits);
  const tenant = await makeTenant({ name: unique("Acme"), planId: plan.id, timeZone });
  const use = (given: Partial<Parameters<typeof setUse>[0]>) =>
    setUse({ tenantId: tenant.id, timeZone, at: now, ...given });
  return { ...tenant, use };
}

const rows = () => prisma().quotaAlert.findMany({ orderBy: { threshold: "asc" } });

test("a limit that is crossed again and again in its window is told of once per threshold", async () => {
  const acme = await makeClient();
  await acme.use({ day: { tokens: 79 } });
  expect(await round()).toEqual([]);

  await acme.use({ day: { tokens: 80 } });
  const [near, ...others] = await round();
  expect(others).toEqual([]);
  expect(near).toContain(`Subject: ${acme.name}: tokens of the day near the limit`);
  expect(near).toContain("To: ops@harbour.test, owner@harbour.test");
  expect(near).toContain(`https://ai.harbour.test/clients/${acme.slug}`);
  for (const dailyTokenLimit of [1_000, null, 1_000, 90]) {
    await change(acme.id, { dailyTokenLimit });
    expect(await round()).toEqual([]);
  }
  for (const tokens of [3, 85, 0, 89]) {
    await acme.use({ day: { tokens } });
    expect(await round()).toEqual([]);
  }

  await acme.use({ day: { tokens: 90 } });
  expect(await round()).toEqual([expect.stringContaining("tokens of the day used up")]);
  for (const dailyTokenLimit of [200, 90, 110, 85]) {
    await change(acme.id, { dailyTokenLimit });
    expect(await round()).toEqual([]);
  }
});

test("what is used up at one go is told of once, and never as near after that", async () => {
  const acme = await makeClient();
  await acme.use({ day: { tokens: 120 } });
  const mails = await round();
  expect(mails).toEqual([expect.stringContaining("used up")]);
  expect(mails[0]).not.toContain("Near the limit");
  await acme.use({ day: { tokens: 90 } });
  expect(await round()).toEqual([]);
});

test("another day and another month are told of again", async () => {
  const acme = await makeClient({ dailyTokenLimit: 100, monthlyTokenLimit: 1_000 });
  await acme.use({ day: { tokens: 100 }, month: { tokens: 1_000 } });
  expect(await round()).toEqual([expect.stringContaining("Subject: 2 limits used up")]);

  const tomorrow = new Date(noon.getTime() + 86_400_000);
  expect(await round(tomorrow)).toEqual([]);
  await acme.use({ day: { tokens: 100 }, month: { tokens: 1_100 } });
  expect(await round()).toEqual([expect.stringContaining("tokens of the day used up")]);

  const nextMonth = new Date(noon.getTime() + 30 * 86_400_000);
  expect(await round(nextMonth)).toEqual([]);
  await acme.use({ month: { tokens: 1_100 } });
  expect(await round()).toEqual([expect.stringContaining("tokens of the month used up")]);
});

test("limits of clients and keys, of tokens, calls and cost, per day and month, are one mail", async () => {
  const acme = await makeClient({ dailyTokenLimit: 100, monthlyRequestLimit: 10, monthlyCostLimitMicroUsd: 5_000_000 });
  const key = await makeKey(acme.id, { name: "shop", dailyRequestLimit: 20, monthlyTokenLimit: 500 });
  const other = await makeClient({ nearLimitPercent: 50, dailyRequestLimit: 10 });
  await acme.use({ day: { tokens: 100 }, month: { requests: 9, cost: 5_000_000 } });
  await acme.use({ subjectId: key.id, day: { requests: 16 }, month: { tokens: 501 } });
  await other.use({ day: { requests: 5 } });

  const [mail = "", ...more] = await round();
  expect(more).toEqual([]);
  expect(mail).toContain("Subject: 3 limits used up, 3 near");
  for (const line of [
    "100 of 100: tokens of the day (100 %), renews",
    "9 of 10: calls of the month (90 %), renews",
    "$5.00 of $5.00: budget of the month (100 %), renews",
    "16 of 20: calls of the day (80 %), renews",
    "501 of 500: tokens of the month (100 %), renews",
    "5 of 10: calls of the day (50 %), renews",
  ])
    expect(mail).toContain(line);
  expect(mail).toContain(`${noon.getUTCFullYear()}-05-21 00:00 Europe/Berlin`);
  expect(mail).not.toContain(key.prefix);
  expect(await round()).toEqual([]);
});

test("what is blocked on purpose, only reserved, or of another window is not told of", async () => {
  const blocked = await makeClient({ dailyTokenLimit: 0 });
  const suspended = await makeClient();
  const archived = await makeClient();
  const reserved = await makeClient();
  const idle = await makeClient({ dailyTokenLimit: 100, monthlyTokenLimit: 100 });
  const paced = await makeClient({ requestsPerMinute: 1 });
  const revoked = await makeKey(paced.id, { dailyTokenLimit: 10 });
  const expired = await makeKey(paced.id, {
    dailyTokenLimit: 10,
    expiresAt: new Date(noon.getTime() - 1).toISOString(),
  });
  for (const client of [blocked, suspended, archived]) await client.use({ day: { tokens: 100 } });
  await reserved.use({ day: { tokens: 79, reserved: 21 } });
  await idle.use({ at: new Date(noon.getTime() - 40 * 86_400_000), day: { tokens: 100 }, month: { tokens: 100 } });
  for (const { id } of [revoked, expired]) await paced.use({ subjectId: id, day: { tokens: 10, requests: 50 } });
  await change(suspended.id, { status: "suspended" });
  await prisma().tenant.update({ where: { id: archived.id }, data: { archivedAt: new Date() } });
  await prisma().apiKey.update({ where: { id: revoked.id }, data: { revokedAt: new Date() } });

  expect(await round()).toEqual([]);
  expect(await rows()).toEqual([]);
});

test("of instances that look at the same time one tells, and each thing once", async () => {
  const clients = await Promise.all(Array.from({ length: 12 }, () => makeClient()));
  for (const client of clients) await client.use({ day: { tokens: 90 } });
  await Promise.all(Array.from({ length: 6 }, () => sendAlerts(now)));
  expect(server.mails).toHaveLength(1);
  for (const { slug } of clients) expect(server.mails[0]?.split(`/clients/${slug}\r\n`)).toHaveLength(2);
  expect((await rows()).every(({ tries, sentAt }) => tries === 1 && sentAt !== null)).toBe(true);
});

test("a mail that the server does not take is tried again after the pause, with what has come since", async () => {
  const [acme, borealis, corvus] = [await makeClient(), await makeClient(), await makeClient()];
  server.isAway = true;
  await acme.use({ day: { tokens: 90 } });
  await corvus.use({ day: { tokens: 90 } });
  expect(await round()).toEqual([]);
  await borealis.use({ day: { tokens: 100 } });
  await corvus.use({ day: { tokens: 0 } });
  expect(await round()).toEqual([]);

  server.isAway = false;
  expect(await round(new Date(now.getTime() + pauseMs - 1))).toEqual([]);
  const [mail = "", ...more] = await round(new Date(now.getTime() + 1));
  expect(more).toEqual([]);
  expect(mail).toContain(acme.name);
  expect(mail).toContain(borealis.name);
  expect(mail, "what is no longer so").not.toContain(corvus.name);
  expect(await round()).toEqual([]);
});

test("the console is told what became of the last mail", async () => {
  const lastAt = async (minutes: number) => (await readAlertMails(new Date(now.getTime() + minutes * 60_000))).last;
  expect(await readAlertMails(now)).toEqual({ canMail: true, last: null });

  for (const client of [await makeClient(), await makeClient()]) await client.use({ day: { tokens: 90 } });
  server.isAway = true;
  await round();
  const tried = { triedAt: now.toISOString(), limits: 2 };
  expect(await lastAt(0), "it may still be on its way").toEqual({ state: "sending", ...tried });
  expect(await lastAt(1)).toEqual({ state: "failed", ...tried });

  server.isAway = false;
  await round();
  expect(await lastAt(0)).toEqual({ state: "sent", triedAt: now.toISOString(), limits: 2 });
});

test("a test goes to those who are told, and what came of it is said in words", async () => {
  const sendTest = async () => await api("POST", "/api/admin/settings/alerts/test");
  expect(await sendTest()).toMatchObject({
    status: 200,
    body: { ok: true, message: "The mail server has taken it, for 2 addresses." },
  });
  const [mail = "", ...more] = server.mails;
  expect(more).toEqual([]);
  expect(mail).toContain("To: ops@harbour.test, owner@harbour.test");
  expect(mail).toContain("https://ai.harbour.test/settings");

  server.isAway = true;
  expect(await sendTest()).toMatchObject({
    status: 200,
    body: { ok: false, message: expect.stringContaining("cannot be reached") },
  });
  await tellByMail();
  expect(await sendTest()).toMatchObject({ status: 409 });
  expect(server.mails).toHaveLength(1);
  expect(await rows(), "it is no alert").toEqual([]);
});

test("what was tried for half a day is given up", async () => {
  const acme = await makeClient();
  await acme.use({ month: {}, day: { tokens: 90 } });
  server.isAway = true;
  await round();
  await prisma().quotaAlert.updateMany({ data: { tries: 72 } });
  server.isAway = false;
  expect(await round()).toEqual([]);
});

test("an instance that is killed before it could note that its mail was taken leaves it to the next, under the same id", async () => {
  const acme = await makeClient();
  await acme.use({ day: { tokens: 90 } });
  const idOf = (mail = "") => /^Message-ID: (<alert-.*>)\r$/m.exec(mail)?.[1];
  const [first] = await round();
  await prisma().quotaAlert.updateMany({ data: { sentAt: null } });
  expect(await round(new Date(now.getTime() + pauseMs - 1)), "it may still be at it").toEqual([]);
  const [second] = await round(new Date(now.getTime() + 1));
  expect(idOf(second)).toBeDefined();
  expect(idOf(second)).toBe(idOf(first));
});

test("after a mail, what comes next is gathered for ten minutes", async () => {
  const clients = [await makeClient(), await makeClient(), await makeClient()];
  const mails = [];
  for (const [minute, client] of clients.entries()) {
    await client.use({ day: { tokens: 90 } });
    mails.push(...(await round(new Date(noon.getTime() + minute * 60_000))));
  }
  expect(mails).toHaveLength(1);
  expect(await round()).toEqual([expect.stringContaining("Subject: 2 limits near")]);
});

test("nobody is told as long as nobody is to be; then all that is so is one mail", async () => {
  await tellByMail();
  const clients = [await makeClient(), await makeClient(), await makeClient()];
  for (const client of clients) await client.use({ day: { tokens: 100 } });
  expect(await round()).toEqual([]);
  expect(await rows()).toEqual([]);

  await tellByMail("ops@harbour.test");
  expect(await round()).toEqual([expect.stringContaining("Subject: 3 limits used up")]);
  await tellByMail();
  await tellByMail("other@harbour.test");
  expect(await round()).toEqual([]);
});

test("what was told is forgotten once its window is long over, and with its client", async () => {
  const [acme, borealis] = [await makeClient(), await makeClient()];
  await acme.use({ day: { tokens: 90 } });
  await borealis.use({ day: { tokens: 90 } });
  await round();
  await prisma().subscription.deleteMany({ where: { tenantId: acme.id } });
  await prisma().tenant.delete({ where: { id: acme.id } });
  expect(await rows()).toMatchObject([{ tenantId: borealis.id }]);

  await round(new Date(noon.getTime() + 70 * 86_400_000));
  await borealis.use({ day: { tokens: 90 } });
  await round();
  expect(await rows()).toMatchObject([
    { tenantId: borealis.id, windowDate: new Date(Date.UTC(now.getUTCFullYear(), 6, 29)) },
  ]);
});

test("what apps really used is what is told of", async () => {
  await quietClock({ forMs: 60_000 });
  const plan = await makePlan({ dailyTokenLimit: 100 });
  const tenant = await makeTenant({ planId: plan.id });
  const key = await makeKey(tenant.id, { name: "shop", monthlyRequestLimit: 1 });
  await makeCall(key, { inputTokens: 40, outputTokens: 45 });
  const mails = await round(new Date());
  expect(mails).toEqual([expect.stringContaining("Subject: 1 limit used up, 1 near")]);
  expect(mails[0]).toContain("85 of 100: tokens of the day (85 %)");
  expect(mails[0]).toContain("1 of 1: calls of the month (100 %)");
});
