import { Secret, TOTP } from "otpauth";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { hashPassword } from "@/lib/auth/password";
import { signIn } from "@/lib/auth/sign-in";
import { prisma } from "@/lib/db/client";
import { changePassword } from "@/lib/people/own-sign-in";
import { stopSecondStep } from "@/lib/second-step/enrol";
import { api, type Caller } from "../../api";
import { useDatabase } from "../../database";
import { makeClientUser, makeStaff, makeTenant, unique } from "../../factories";

useDatabase();

const password = "correct horse battery staple";
const path = "/api/auth/me/second-step";
const stepMs = 30_000;

/** The clock stands still in the midst of a step: a code that is another by the time it is used would be another test. */
beforeEach(() => {
  const step = Math.floor(Date.now() / stepMs) * stepMs;
  vi.useFakeTimers({ toFake: ["Date"], now: step + stepMs / 2 });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("setting up a second step", () => {
  test("asks for the password, then for a code, and from then on a code is asked for at sign-in", async () => {
    const user = await makeUser();
    expect((await api("POST", path, { as: { user }, body: { password: "another one" } })).body.error.fields).toEqual({
      password: "is not your password",
    });
    const { body: enrolment } = await api("POST", path, { as: { user }, body: { password } });
    expect(enrolment.uri).toContain(enrolment.secret);
    expect(await signInAs(user.email)).not.toBeNull();

    const wrong = await api("POST", `${path}/confirmation`, { as: { user }, body: { code: "000000" } });
    expect(wrong).toMatchObject({ status: 400, body: { error: { fields: { code: expect.any(String) } } } });
    expect(await signInAs(user.email)).not.toBeNull();

    const confirmed = await confirm(user, enrolment.secret);
    expect(confirmed).toMatchObject({ status: 201, body: { recoveryCodes: { length: 10 } } });
    await expect(signInAs(user.email)).rejects.toMatchObject({ code: "second_step_required" });
    expect(await signInAs(user.email, codeOf(enrolment.secret, 1))).toMatchObject({ id: user.id });
  });

  test("ends the sessions that were begun without one, and this browser goes on with a new one", async () => {
    const user = await makeUser();
    const { body } = await api("POST", path, { as: { user }, body: { password } });
    const confirmed = await confirm(user, body.secret);
    expect((await api("GET", "/api/auth/me", { as: { user } })).status).toBe(401);

    const [cookie = ""] = confirmed.headers.getSetCookie();
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax/);
    const me = await api("GET", "/api/auth/me", { as: "nobody", headers: { cookie: cookie.split(";")[0] as string } });
    expect(me.body.secondStep).toEqual({ recoveryCodesLeft: 10 });
  });

  test("does not put another in the place of one that is in use, by any way", async () => {
    const { user, secret } = await makeUserWithSecondStep();
    const as: Caller = { user };
    expect((await api("POST", path, { as, body: { password } })).status).toBe(409);
    expect((await confirm(user, secret, 1)).status).toBe(409);
    expect((await api("POST", `${path}/removal`, { as, body: { password: "wrong" } })).status).toBe(400);
    expect(await signInAs(user.email, codeOf(secret, 1))).not.toBeNull();
  });

  test("nothing of it stands in the database as it is, in the team's list or on the audit trail", async () => {
    const { user, secret, recoveryCodes } = await makeUserWithSecondStep();
    const rows = await prisma().$queryRaw<{ row: string }[]>`
      select row_to_json(u)::text as row from "user" u union all select row_to_json(c)::text from recovery_code c
      union all select row_to_json(e)::text from audit_event e`;
    const { body: staff } = await api("GET", "/api/admin/team");
    expect(staff.items).toContainEqual(expect.objectContaining({ id: user.id, hasSecondStep: true }));
    const told = JSON.stringify([rows, staff]);
    for (const text of [secret, ...recoveryCodes, ...recoveryCodes.map((code: string) => code.replaceAll("-", ""))])
      expect(told).not.toContain(text);
  });
});

describe("a code", () => {
  test("that was used is not taken again, nor is one before it; not even by two at once", async () => {
    const { user, secret } = await makeUserWithSecondStep();
    const outcomes = await Promise.allSettled([1, 1].map(() => signInAs(user.email, codeOf(secret, 1))));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    for (const shift of [1, 0])
      await expect(signInAs(user.email, codeOf(secret, shift))).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("is asked for after the password alone: a wrong password tells nothing of it", async () => {
    const { user, secret } = await makeUserWithSecondStep();
    expect(await signInAs(user.email, undefined, "a wrong password")).toBeNull();
    expect(await signInAs(user.email, codeOf(secret, 1), "a wrong password")).toBeNull();
  });

  test("is guessed at five times at most, then the right one is refused too", async () => {
    const { user, secret } = await makeUserWithSecondStep();
    for (let count = 0; count < 5; count++)
      await expect(signInAs(user.email, "000000")).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(signInAs(user.email, codeOf(secret, 1))).rejects.toMatchObject({ code: "too_many_attempts" });
  });

  test("of recovery stands in for one of the app's, once", async () => {
    const { user, recoveryCodes } = await makeUserWithSecondStep();
    const [first, second] = recoveryCodes as [string, string];
    expect(await signInAs(user.email, first.toUpperCase())).not.toBeNull();
    await expect(signInAs(user.email, first)).rejects.toMatchObject({ code: "unauthenticated" });
    const outcomes = await Promise.allSettled([1, 2].map(() => signInAs(user.email, second)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await api("GET", "/api/auth/me", { as: { user } })).body.secondStep).toEqual({ recoveryCodesLeft: 8 });
  });

  test("of somebody else opens nothing", async () => {
    const [one, other] = [await makeUserWithSecondStep(), await makeUserWithSecondStep()];
    for (const code of [codeOf(other.secret, 1), other.recoveryCodes[0]])
      await expect(signInAs(one.user.email, code)).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

describe("who lost the phone", () => {
  test("is let in by the owner, with the password alone; their sessions end", async () => {
    const { user } = await makeUserWithSecondStep();
    expect((await api("DELETE", `/api/admin/team/${user.id}/second-step`)).status).toBe(204);
    expect((await api("GET", "/api/auth/me", { as: { user } })).status).toBe(401);
    expect(await signInAs(user.email)).toMatchObject({ id: user.id, hasSecondStep: false });
    expect((await api("GET", `/api/admin/audit?target=user:${user.id}&limit=1`)).body.items).toMatchObject([
      { action: "user.second_step_reset" },
    ]);
  });

  test("of a client, by an admin; but not one of the staff who is a client's user too", async () => {
    const tenant = await makeTenant();
    const as: Caller = { user: await makeStaff("admin") };
    const member = await makeClientUser(tenant.id);
    const people = `/api/admin/tenants/${tenant.id}/people`;
    expect((await api("DELETE", `${people}/${member.id}/second-step`, { as })).status).toBe(204);

    const { user: owner } = await makeUserWithSecondStep();
    await prisma().membership.create({ data: { tenantId: tenant.id, userId: owner.id, role: "member" } });
    expect((await api("DELETE", `${people}/${owner.id}/second-step`, { as })).status).toBe(403);
  });

  test("and turned it off with the password signs in without", async () => {
    const { user } = await makeUserWithSecondStep();
    expect((await api("POST", `${path}/removal`, { as: { user }, body: { password } })).status).toBe(204);
    expect(await signInAs(user.email)).not.toBeNull();
  });
});

describe("one's own password and sessions", () => {
  const change = (user: { id: string; sessionVersion: number }, body: object) =>
    api("POST", "/api/auth/me/password", { as: { user }, body });

  test("another password is set by who knows the present one; all other sessions end", async () => {
    const user = await makeUser();
    const newPassword = "another horse, another battery";
    const changed = await change(user, { password, newPassword });
    expect(changed.status).toBe(204);
    expect((await api("GET", "/api/auth/me", { as: { user } })).status).toBe(401);
    const cookie = (changed.headers.getSetCookie()[0] as string).split(";")[0] as string;
    expect((await api("GET", "/api/auth/me", { as: "nobody", headers: { cookie } })).status).toBe(200);
    expect(await signInAs(user.email)).toBeNull();
    expect(await signInAs(user.email, undefined, newPassword)).not.toBeNull();
  });

  test("the password alone, which is asked for first, is no attempt of its address to guess", async () => {
    const { user } = await makeUserWithSecondStep();
    const address = unique("address");
    // As the form sends it, whose second field is empty then.
    const first = signIn({ email: user.email, password, code: "", address, now: new Date() });
    await expect(first).rejects.toMatchObject({ code: "second_step_required" });
    const where = { subject: `address:${address}` };
    expect(await prisma().signInAttempt.findUnique({ where })).toMatchObject({ failures: 0 });
  });

  test("what was asked for before the sessions ended is not done after it", async () => {
    const user = await makeUser();
    const asked = { user: { ...user, hasSecondStep: false }, password, now: new Date() };
    expect((await api("DELETE", "/api/auth/me/sessions", { as: { user } })).status).toBe(204);
    const late = { code: "unauthenticated" };
    await expect(changePassword({ ...asked, newPassword: "a fine long password" })).rejects.toMatchObject(late);
    await expect(stopSecondStep(asked)).rejects.toMatchObject(late);
    expect(await signInAs(user.email)).not.toBeNull();
  });

  test.each([
    {
      name: "another password",
      end: (user: Awaited<ReturnType<typeof makeUser>>) =>
        change(user, { password, newPassword: "a fine long password" }),
    },
    {
      name: "signing out everywhere",
      end: (user: Awaited<ReturnType<typeof makeUser>>) => api("DELETE", "/api/auth/me/sessions", { as: { user } }),
    },
  ])("after $name no link that was sent before sets a password any more", async ({ end }) => {
    const user = await makeUser();
    const link = await api("POST", `/api/admin/team/${user.id}/link`);
    const token = (link.body.path as string).split("/").at(-1);
    expect((await end(user)).status).toBe(204);
    const chosen = { token, password: "somebody else's choice" };
    expect((await api("POST", "/api/auth/password", { as: "nobody", body: chosen })).status).toBe(404);
  });

  test.each([
    {
      name: "the wrong present one",
      body: { password: "wrong", newPassword: "a fine long password" },
      field: "password",
    },
    { name: "a short new one", body: { password, newPassword: "short" }, field: "newPassword" },
    { name: "a stolen new one", body: { password, newPassword: "Password2026!" }, field: "newPassword" },
  ])("$name changes nothing", async ({ body, field }) => {
    const user = await makeUser();
    const answer = await change(user, body);
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.body.error.fields)).toEqual([field]);
    expect(await signInAs(user.email)).not.toBeNull();
  });

  test("a borrowed session guesses ten times at most", async () => {
    const user = await makeUser();
    const guess = () => change(user, { password: "wrong", newPassword: "a fine long password" });
    const answers = await Promise.all(Array.from({ length: 12 }, guess));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
    expect((await change(user, { password, newPassword: "a fine long password" })).status).toBe(429);
  });

  test("signing out everywhere ends this session too", async () => {
    const user = await makeUser();
    expect((await api("DELETE", "/api/auth/me/sessions", { as: { user } })).status).toBe(204);
    expect((await api("GET", "/api/auth/me", { as: { user } })).status).toBe(401);
  });
});

async function makeUser() {
  const { id } = await makeStaff("owner");
  return await prisma().user.update({ where: { id }, data: { passwordHash: await hashPassword(password) } });
}

async function makeUserWithSecondStep() {
  const made = await makeUser();
  const { body } = await api("POST", path, { as: { user: made }, body: { password } });
  const { body: confirmed } = await confirm(made, body.secret);
  const user = await prisma().user.findUniqueOrThrow({ where: { id: made.id } });
  return { user, secret: body.secret as string, recoveryCodes: confirmed.recoveryCodes as string[] };
}

function confirm(user: { id: string; sessionVersion: number }, secret: string, shift = 0) {
  return api("POST", `${path}/confirmation`, { as: { user }, body: { code: codeOf(secret, shift) } });
}

/** The code that the app shows now, or so many half minutes later. */
function codeOf(secret: string, shift: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + shift * stepMs });
}

function signInAs(email: string, code?: string, chosen = password) {
  return signIn({ email, password: chosen, code, address: unique("address"), now: new Date() });
}
