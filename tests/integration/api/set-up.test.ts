import { beforeEach, describe, expect, test } from "vitest";
import { signIn } from "@/lib/auth/sign-in";
import { prisma } from "@/lib/db/client";
import { api } from "../../api";
import { cpuMsOf } from "../../cpu-time";
import { useDatabase } from "../../database";
import { makePlan, makeTenant } from "../../factories";

useDatabase();

const input = {
  agencyName: "Acme Agency",
  timeZone: "Europe/Berlin",
  currency: "EUR",
  name: "Ann",
  email: "Ann@Agency.test",
  password: "a long password",
};

beforeEach(async () => {
  await prisma().user.deleteMany();
  await prisma().subscription.deleteMany();
  await prisma().plan.deleteMany();
  await prisma().agency.deleteMany();
  await prisma().signInAttempt.deleteMany();
});

describe("the first run", () => {
  test("makes the agency, its owner and a default plan, once", async () => {
    expect((await api("GET", "/api/setup", { as: "nobody" })).body).toEqual({ needed: true });
    expect(await api("POST", "/api/setup", { as: "nobody", body: input })).toMatchObject({
      status: 201,
      body: { name: "Ann", email: "ann@agency.test" },
    });

    expect((await api("GET", "/api/setup", { as: "nobody" })).body).toEqual({ needed: false });
    expect((await api("POST", "/api/setup", { as: "nobody", body: input })).status).toBe(409);
    expect((await api("GET", "/api/admin/plans")).body.items).toMatchObject([
      {
        name: "Starter",
        isDefault: true,
        currency: "EUR",
        dailyTokenLimit: 50_000,
        monthlyTokenLimit: 1_000_000,
        requestsPerMinute: 60,
        allowedModels: [],
      },
    ]);
    expect(await prisma().agency.findMany()).toMatchObject([
      { id: 1, name: "Acme Agency", timeZone: "Europe/Berlin", currency: "EUR" },
    ]);
    expect((await makeTenant()).timeZone).toBe("Europe/Berlin");
  });

  test("binds clients that a script has made before to its default plan from their next call on", async () => {
    const { id } = await makeTenant();
    const versionOf = async () => (await prisma().tenant.findUniqueOrThrow({ where: { id } })).version;
    const before = await versionOf();
    await api("POST", "/api/setup", { as: "nobody", body: input });
    expect(await versionOf()).toBeGreaterThan(before);
  });

  test("done by two at once makes one owner", async () => {
    const answers = await Promise.all(
      ["a", "b", "c", "d"].map((each) =>
        api("POST", "/api/setup", { as: "nobody", body: { ...input, email: `${each}@agency.test` } }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
    expect(await prisma().user.count({ where: { staffRole: "owner" } })).toBe(1);
    expect(await prisma().plan.count()).toBe(1);
  });

  test("is still to be done after a script has made plans and clients", async () => {
    await makePlan({ isDefault: true });
    const tenant = await makeTenant();
    expect(tenant.timeZone).toBe("UTC");

    expect((await api("POST", "/api/setup", { as: "nobody", body: input })).status).toBe(201);
    expect(await prisma().plan.count()).toBe(1);
  });

  test("tells whoever was invited by a script before to take another address", async () => {
    const person = { name: "Ann", email: input.email, role: "member" };
    await api("POST", `/api/admin/tenants/${(await makeTenant()).id}/people`, { body: person });
    const { status, body } = await api("POST", "/api/setup", { as: "nobody", body: input });
    expect({ status, fields: Object.keys(body.error.fields) }).toEqual({ status: 409, fields: ["email"] });
  });

  test.each([
    { name: "a short password", wrong: { password: "too short" }, field: "password" },
    { name: "no e-mail address", wrong: { email: "ann" }, field: "email" },
    { name: "an unknown time zone", wrong: { timeZone: "Europe/Nowhere" }, field: "timeZone" },
    { name: "an unknown currency", wrong: { currency: "Euro" }, field: "currency" },
    { name: "an unknown field", wrong: { role: "owner" }, field: "role" },
  ])("refuses $name and names the field", async ({ wrong, field }) => {
    const { status, body } = await api("POST", "/api/setup", { as: "nobody", body: { ...input, ...wrong } });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: "invalid_request", fields: { [field]: expect.any(String) } });
  });
});

describe("signing in", () => {
  const attempt = (password: string, { email = "ann@agency.test", address = "192.0.2.1", now = new Date() } = {}) =>
    signIn({ email, password, address, now });

  beforeEach(async () => {
    await api("POST", "/api/setup", { as: "nobody", body: input });
  });

  test("takes the right password and no other", async () => {
    expect(await attempt("a long password")).toMatchObject({ email: "ann@agency.test", staffRole: "owner" });
    expect(await attempt("another password")).toBeNull();
    expect(await attempt("a long password", { email: "nobody@agency.test" })).toBeNull();
  });

  test("is closed to an account after ten failures, also for the right password, and opens again after the window", async () => {
    const failures = await Promise.all(Array.from({ length: 10 }, (_, index) => attempt(`wrong ${index}`)));
    expect(failures).toEqual(Array(10).fill(null));
    await expect(attempt("a long password")).rejects.toMatchObject({ code: "too_many_attempts" });

    const later = new Date(Date.now() + 16 * 60_000);
    expect(await attempt("a long password", { now: later })).not.toBeNull();
  });

  test("is closed to an address that tries many accounts", async () => {
    await prisma().signInAttempt.create({
      data: { subject: "address:192.0.2.9", failures: 50, windowEndsAt: new Date(Date.now() + 60_000) },
    });
    await expect(attempt("a long password", { address: "192.0.2.9" })).rejects.toMatchObject({
      code: "too_many_attempts",
    });
    expect(await attempt("a long password", { address: "192.0.2.10" })).not.toBeNull();
  });

  test("that succeeds forgives the failures before it", async () => {
    for (let index = 0; index < 9; index++) await attempt("wrong");
    expect(await attempt("a long password")).not.toBeNull();
    for (let index = 0; index < 9; index++) expect(await attempt("wrong")).toBeNull();
    expect(await attempt("a long password")).not.toBeNull();
  });

  test("takes as long for an unknown e-mail as for a wrong password", async () => {
    const timeOf = (email: string) => cpuMsOf(() => attempt("wrong", { email }));
    await timeOf("warm@agency.test");
    const [unknown, known]: [number[], number[]] = [[], []];
    for (let round = 0; round < 4; round++) {
      unknown.push(await timeOf("nobody@agency.test"));
      known.push(await timeOf("ann@agency.test"));
    }
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3);
  });
});
