import { describe, expect, test } from "vitest";
import { api, listEndpoints } from "../../api";
import { useDatabase } from "../../database";
import { useCallers } from "./callers";
import { type CallerName, kindOf, ofPlayground, open, sessionsOnly, table } from "./endpoints";

useDatabase();
const { callers, slugs, ids, unknownIds, callEndpoint } = useCallers();

test("every endpoint stands in the table of who may use it", async () => {
  const known = (await listEndpoints(""))
    .filter(({ path }) => !path.includes("unknown"))
    .map(({ method, path }) => `${method} ${path}`);
  expect(known.toSorted()).toEqual(
    [...Object.keys(kindOf), ...sessionsOnly, ...ofPlayground, ...Object.keys(open)].toSorted(),
  );
});

describe("what is one's own, and asked for in a session", () => {
  test.each(sessionsOnly)("%s is for whoever is signed in, and opened by no token or key", async (endpoint) => {
    for (const caller of [
      "nobody",
      "wrong token",
      "key holder",
      "reading token",
      "writing token",
      "admin token",
    ] as const)
      expect((await callEndpoint(endpoint, caller, { ids })).status, caller).toBe(401);
    for (const caller of ["client's member", "client's manager", "viewer", "admin", "owner"] as const) {
      if (endpoint.startsWith("DELETE")) continue;
      const { status } = await callEndpoint(endpoint, caller, { ids, query: `?tenant=${slugs.own}` });
      const mayNot = caller === "viewer" && endpoint.includes("playground");
      expect(status, caller).toBe(mayNot ? 403 : endpoint.startsWith("GET") ? 200 : 400);
    }
  });
});

describe("what is open to everybody", () => {
  test.each(Object.entries(open))("%s tells nothing of anybody: %i", async (endpoint, expected) => {
    const answer = await callEndpoint(endpoint, "nobody", { ids });
    expect(answer.status).toBe(expected);
    const told = JSON.stringify(answer.body);
    for (const text of ["@agency.test", "@client.test", slugs.own, slugs.other]) expect(told).not.toContain(text);
  });
});

describe.each(Object.keys(table) as CallerName[])("%s", (caller) => {
  test.each(Object.entries(kindOf))("at %s, a matter of %s", async (endpoint, kind) => {
    const expected = table[caller][kind];
    const query = kind === "own" || kind === "managed" ? `?tenant=${slugs.own}` : "";
    if (expected !== "passes") {
      expect((await callEndpoint(endpoint, caller, { ids, query })).status).toBe(expected);
      return;
    }
    // A change without its input is malformed, and that is told only to those who may make it; what takes no input is
    // asked of a thing that is not there, or meets that there is nobody to mail to.
    const takesNoInput = /^DELETE|\/(test|restoration|retirement|revocation|link)$/.test(endpoint);
    const { status } = await callEndpoint(endpoint, caller, { ids: takesNoInput ? unknownIds() : ids, query });
    const missing = endpoint.endsWith("/alerts/test") ? 409 : 404;
    expect(status).toBe(takesNoInput ? missing : endpoint.startsWith("GET") ? 200 : 400);
  });
});

test("an address that does not exist is told in JSON, to staff only", async () => {
  expect(await api("GET", "/api/admin/nothing/here")).toMatchObject({
    status: 404,
    body: { error: { code: "not_found" } },
  });
  expect((await api("GET", "/api/admin/nothing/here", { as: "nobody" })).status).toBe(401);
});

test("who is signed in is told with role, clients and agency", async () => {
  const { body } = await api("GET", "/api/auth/me", { as: callers["client's member"] });
  expect(body).toMatchObject({
    user: { name: "Uma User" },
    staffRole: null,
    tenants: [{ id: ids.tenantId, role: "member" }],
    agency: { timeZone: "UTC" },
  });
  expect((await api("GET", "/api/auth/me", { as: "nobody" })).status).toBe(401);
});
