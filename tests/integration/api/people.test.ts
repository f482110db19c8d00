import { describe, expect, test } from "vitest";
import { signIn } from "@/lib/auth/sign-in";
import { prisma } from "@/lib/db/client";
import { api, type Caller } from "../../api";
import { useDatabase } from "../../database";
import { makeClientUser, makeStaff, makeTenant, unique } from "../../factories";

useDatabase();

const password = "correct horse battery staple";
const team = "/api/admin/team";
const peopleOf = (tenantId: string) => `/api/admin/tenants/${tenantId}/people`;

describe("an invitation", () => {
  test("lets a colleague choose a password once, and sign in with the role", async () => {
    const { person, token, email } = await invite(team, "viewer");
    expect(person).toMatchObject({ state: "invited", role: "viewer", isStaff: true });
    expect(await signInAs(email)).toBeNull();

    expect(await choose(token)).toMatchObject({ status: 200, body: { email } });
    expect((await signInAs(email))?.staffRole).toBe("viewer");
    expect((await choose(token, "another long password")).status).toBe(404);
    expect((await signInAs(email))?.staffRole).toBe("viewer");
  });

  test("lets a client's user see their own client, and nothing of another", async () => {
    const [tenant, other] = [await makeTenant(), await makeTenant()];
    const { email, token } = await invite(peopleOf(tenant.id), "member");
    await choose(token);
    const user = await signInAs(email);
    const as: Caller = { user: user as NonNullable<typeof user> };
    expect((await api("GET", "/api/usage/quota", { as })).body.tenantId).toBe(tenant.id);
    expect((await api("GET", `/api/usage/quota?tenant=${other.slug}`, { as })).status).toBe(404);
    expect((await api("GET", peopleOf(tenant.id), { as })).status).toBe(403);
  });

  test("of two who open it at once, one chooses the password", async () => {
    const { token } = await invite(team, "admin");
    const answers = await Promise.all([choose(token, "the first password"), choose(token, "the second password")]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  });

  test("is over after a week, and earlier ones once there is a new one", async () => {
    const { person, token } = await invite(team, "admin");
    const { body: renewed } = await api("POST", `${team}/${person.id}/link`);
    expect((await choose(token)).status).toBe(404);

    await prisma().passwordLink.updateMany({ where: { userId: person.id }, data: { expiresAt: new Date() } });
    expect((await choose(tokenOf(renewed))).status).toBe(404);
  });

  test("is stored as a digest alone, and stands in no list or audit row", async () => {
    const { token } = await invite(team, "admin");
    const rows = await prisma().$queryRaw<{ row: string }[]>`
      select row_to_json(l)::text as row from password_link l union all select row_to_json(e)::text from audit_event e`;
    expect(JSON.stringify([rows, (await api("GET", team)).body])).not.toContain(token);
  });

  test("needs no link for a second client: the password stays", async () => {
    const { email, token } = await invite(peopleOf((await makeTenant()).id), "member");
    await choose(token);
    const second = await api("POST", peopleOf((await makeTenant()).id), {
      body: { name: "Uma", email, role: "manager" },
    });
    expect(second).toMatchObject({
      status: 201,
      body: { invitation: null, person: { state: "active", role: "manager" } },
    });
    expect(await signInAs(email)).not.toBeNull();
  });

  test("of somebody who is there already is refused", async () => {
    const tenant = await makeTenant();
    for (const path of [team, peopleOf(tenant.id)]) {
      const role = path === team ? "viewer" : "member";
      const { email } = await invite(path, role);
      const again = await api("POST", path, { body: { name: "x", email: email.toUpperCase(), role } });
      expect(again).toMatchObject({ status: 409, body: { error: { fields: { email: "is known already" } } } });
    }
  });
});

describe("an admin gets at no other role's rights", () => {
  test("by a link to the password of one of the staff who is made a client's user", async () => {
    const tenant = await makeTenant();
    const owner = await makeStaff("owner");
    const as: Caller = { user: await makeStaff("admin") };
    const made = await api("POST", peopleOf(tenant.id), {
      as,
      body: { name: "x", email: owner.email, role: "member" },
    });
    expect(made).toMatchObject({ status: 201, body: { invitation: null } });
    expect((await api("POST", `${peopleOf(tenant.id)}/${owner.id}/link`, { as })).status).toBe(403);
    expect((await api("DELETE", `${peopleOf(tenant.id)}/${owner.id}/sessions`, { as })).status).toBe(403);
  });

  test("by inviting a client's user who is taken on the staff later", async () => {
    const as: Caller = { user: await makeStaff("admin") };
    const { email, token } = await invite(peopleOf((await makeTenant()).id), "member", as);
    await choose(token);
    const { body } = await api("POST", team, { body: { name: "New", email, role: "owner" } });
    expect(body).toMatchObject({ person: { state: "invited" } });
    expect(await signInAs(email)).toBeNull();
    await choose(tokenOf(body.invitation), "a password of the owner's own");
    expect((await signInAs(email, "a password of the owner's own"))?.staffRole).toBe("owner");
  });
});

describe("sessions end", () => {
  test.each([
    { when: "signed out everywhere", end: (id: string) => api("DELETE", `${team}/${id}/sessions`) },
    { when: "removed", end: (id: string) => api("DELETE", `${team}/${id}`) },
  ])("when somebody is $when", async ({ end }) => {
    const user = await makeStaff("admin");
    expect((await api("GET", "/api/admin/plans", { as: { user } })).status).toBe(200);
    expect((await end(user.id)).status).toBe(204);
    expect((await api("GET", "/api/admin/plans", { as: { user } })).status).toBe(401);
  });

  test("when a client's user is removed, who may then be invited anew", async () => {
    const tenant = await makeTenant();
    const user = await makeClientUser(tenant.id);
    expect((await api("GET", "/api/usage/quota", { as: { user } })).status).toBe(200);
    expect((await api("DELETE", `${peopleOf(tenant.id)}/${user.id}`)).status).toBe(204);
    expect((await api("GET", "/api/usage/quota", { as: { user } })).status).toBe(401);
    const again = await api("POST", peopleOf(tenant.id), { body: { name: "x", email: user.email, role: "member" } });
    expect(again.status).toBe(201);
  });

  test("when a new password is chosen", async () => {
    const user = await makeStaff("viewer");
    const { body } = await api("POST", `${team}/${user.id}/link`);
    await choose(tokenOf(body));
    expect((await api("GET", "/api/admin/plans", { as: { user } })).status).toBe(401);
  });
});

test("another client's people are not found", async () => {
  const [tenant, other] = [await makeTenant(), await makeTenant()];
  const path = `${peopleOf(other.id)}/${(await makeClientUser(tenant.id)).id}`;
  expect((await api("PATCH", path, { body: { role: "manager" } })).status).toBe(404);
  expect((await api("DELETE", path)).status).toBe(404);
  expect((await api("POST", `${path}/link`)).status).toBe(404);
  expect((await api("DELETE", `${path}/sessions`)).status).toBe(404);
  expect((await api("DELETE", `${team}/${(await makeClientUser(tenant.id)).id}`)).status).toBe(404);
});

test("a new role holds from the next request on, and both stand on the audit trail", async () => {
  const user = await makeStaff("admin");
  const { body } = await api("PATCH", `${team}/${user.id}`, { body: { role: "viewer" } });
  expect(body.role).toBe("viewer");
  expect((await api("POST", "/api/admin/plans", { as: { user }, body: { name: unique("Plan") } })).status).toBe(403);
  expect((await api("GET", `/api/admin/audit?target=user:${user.id}`)).body.items).toMatchObject([
    { action: "user.updated", before: { role: "admin" }, after: { role: "viewer" } },
  ]);
});

test("the last owner stays, also when two remove each other at once", async () => {
  await prisma().user.updateMany({ where: { staffRole: "owner" }, data: { staffRole: "admin" } });
  const owners = [await makeOwner(), await makeOwner()];
  const answers = await Promise.all(owners.map(({ id }) => api("DELETE", `${team}/${id}`)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);

  const [left] = await prisma().user.findMany({ where: { staffRole: "owner" } });
  expect((await api("PATCH", `${team}/${left?.id}`, { body: { role: "admin" } })).status).toBe(409);
  // One who has not chosen a password yet could not take over.
  await invite(team, "owner");
  expect((await api("DELETE", `${team}/${left?.id}`)).status).toBe(409);
});

test.each([
  { name: "a role that there is not", body: { role: "king" }, field: "role" },
  { name: "a client's role", body: { role: "member" }, field: "role" },
  { name: "no address", body: { email: "nobody" }, field: "email" },
  { name: "an unknown field", body: { password: "x" }, field: "password" },
])("$name is refused", async ({ body, field }) => {
  const answer = await api("POST", team, { body: { name: "x", email: "x@y.test", role: "viewer", ...body } });
  expect(answer.status).toBe(400);
  expect(Object.keys(answer.body.error.fields)).toEqual([field]);
});

test("links are guessed at fifty times at most, then a right one is refused too; from another address it is good", async () => {
  const { token } = await invite(team, "viewer");
  const from = (address: string, guess: string) =>
    api("POST", "/api/auth/password", {
      as: "nobody",
      headers: { "x-forwarded-for": address },
      body: { token: guess, password },
    });
  const guesses = await Promise.all(Array.from({ length: 50 }, (_, number) => from("192.0.2.7", `guess-${number}`)));
  expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([404]));
  expect((await from("192.0.2.7", token)).status).toBe(429);
  expect((await from("192.0.2.8", token)).status).toBe(200);
});

test("a short password is refused, and leaves the link good", async () => {
  const { token } = await invite(team, "viewer");
  expect((await choose(token, "short")).body.error.fields).toEqual({ password: "must have 12 characters or more" });
  expect((await choose(token)).status).toBe(200);
});

async function invite(path: string, role: string, as: Caller = "script") {
  const email = `${unique("person").replace(" ", ".")}@people.test`;
  const { status, body } = await api("POST", path, { as, body: { name: "Pat Person", email, role } });
  expect(status).toBe(201);
  return { person: body.person, token: tokenOf(body.invitation), email };
}

function tokenOf({ path }: { path: string }): string {
  return path.replace("/welcome/", "");
}

function choose(token: string, chosen = password) {
  return api("POST", "/api/auth/password", { as: "nobody", body: { token, password: chosen } });
}

function signInAs(email: string, chosen = password) {
  return signIn({ email, password: chosen, address: unique("address"), now: new Date() });
}

async function makeOwner() {
  const { id } = await makeStaff("owner");
  return await prisma().user.update({ where: { id }, data: { passwordHash: "set" } });
}
