import { encode } from "next-auth/jwt";
import { beforeAll, describe, expect, test } from "vitest";
import { pool } from "@/lib/db/client";
import { env } from "@/lib/env";
import type { KeyWithSecret } from "@/lib/keys/schema";
import type { Tenant } from "@/lib/tenants/schema";
import { api, type Caller } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeClientUser, makeKey, makeTenant } from "../../factories";

useDatabase();

const hour = "2026-01-01T00:00:00Z";
const cursorAt = (at: string) => Buffer.from(`${at} 00000000-0000-7000-8000-000000000000`).toString("base64url");
const span = [
  ["from=2026-01-01", "from"],
  ["from=yesterday", "from"],
  ["to=2026-13-01T00:00:00Z", "to"],
  ["from=0000-01-01T00:00:00Z", "from"],
  ["to=9999-12-31T23:59:59-14:00", "to"],
  [`from=${hour}&from=${hour}`, "from"],
];
const id = (name: string) => [
  [`${name}=acme`, name],
  [`${name}=`, name],
  [`${name}=%27%20or%201%3D1`, name],
];
const sources = [
  ...span,
  ...id("apiKeyId"),
  ["bucket=week", "bucket"],
  ["bucket=", "bucket"],
  [`bucket=hour&from=2020-01-01T00:00:00Z&to=${hour}`, "bucket"],
  [`from=${hour}&to=${hour}`, "to"],
  [`from=2026-01-02T00:00:00Z&to=${hour}`, "to"],
  [`search=${"x".repeat(201)}`, "search"],
  ["groupBy=model", "groupBy"],
];
const months = ["0", "61", "1.5", "-1", "ten", "", "1e2"].map((value) => [`months=${value}`, "months"]);
const calls = [
  ...span,
  ...id("apiKeyId"),
  ...id("id"),
  ["source=cli", "source"],
  ["state=open", "state"],
  ["state=failed&state=settled", "state"],
  ["httpStatus=abc", "httpStatus"],
  ["httpStatus=999", "httpStatus"],
  [`model=${"x".repeat(201)}`, "model"],
  ["page=2", "page"],
];
const pages = [
  ...["0", "201", "ten", "-5", "1.5"].map((value) => [`limit=${value}`, "limit"]),
  ["cursor=nonsense", "cursor"],
  ...["2026-13-01T00:00:00.000Z", "0000-01-01T00:00:00.000Z"].map((at) => [`cursor=${cursorAt(at)}`, "cursor"]),
  [`cursor=${"A".repeat(201)}`, "cursor"],
];
const malformed: Record<string, string[][]> = {
  sources,
  "sources.csv": sources,
  monthly: [...months, ["year=2026", "year"]],
  "monthly.csv": [...months, ["year=2026", "year"]],
  requests: [...calls, ...pages],
  "requests.csv": [...calls, ["limit=5", "limit"]],
};
const ownOnly = { quota: [["days=3", "days"]], keys: [["limit=3", "limit"]] };
const everyEndpoint = [
  ...Object.keys(malformed).map((name) => `/api/admin/usage/${name}`),
  ...Object.keys({ ...malformed, ...ownOnly }).map((name) => `/api/usage/${name}`),
];

let tenant: Tenant;
let other: Tenant;
let foreign: KeyWithSecret;
let user: { id: string; sessionVersion: number };

beforeAll(async () => {
  [tenant, other] = [await makeTenant(), await makeTenant()];
  foreign = await makeKey(other.id, { name: "Foreign secret shop" });
  await makeCall(foreign);
  user = await makeClientUser(tenant.id);
});

describe("a malformed parameter is refused and named, to staff and to clients alike:", () => {
  const tenantIds = id("tenantId");
  test.each([
    ...Object.entries(malformed).flatMap(([name, cases]) =>
      [...cases, ...tenantIds].map(([query, field]) => ({ path: `/api/admin/usage/${name}?${query}`, field })),
    ),
    ...Object.entries({ ...malformed, ...ownOnly }).flatMap(([name, cases]) =>
      [...cases, ["tenantId=x", "tenantId"]].map(([query, field]) => ({
        path: `/api/usage/${name}?${query}`,
        field,
      })),
    ),
  ])("$path", async ({ path, field }) => {
    const as: Caller = path.startsWith("/api/admin") ? "script" : { user };
    const { status, body } = await api("GET", path, { as });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: "invalid_request", fields: { [field as string]: expect.any(String) } });
  });
});

describe("a session that is not ours is no session:", () => {
  const forge = async (what: string): Promise<string> => {
    const token = { sub: user.id, version: user.sessionVersion };
    const real = await encode({ token, secret: env().AUTH_SECRET });
    const unsigned = [{ alg: "none" }, token].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
    const forged: Record<string, string> = {
      "made with another secret": await encode({ token, secret: "another-secret-of-forty-characters-or-so" }),
      "changed in one place": `${real.slice(0, -2)}${real.endsWith("AA") ? "BB" : "AA"}`,
      "without a signature": `${unsigned.join(".")}.`,
      "of a user who does not exist": await encode({
        token: { ...token, sub: "00000000-0000-7000-8000-000000000000" },
        secret: env().AUTH_SECRET,
      }),
      "of sessions that were ended": await encode({
        token: { ...token, version: user.sessionVersion + 1 },
        secret: env().AUTH_SECRET,
      }),
      "of no user at all": await encode({ token: {}, secret: env().AUTH_SECRET }),
      "that is nonsense": "nonsense",
    };
    return forged[what] as string;
  };

  test.each([
    "made with another secret",
    "changed in one place",
    "without a signature",
    "of a user who does not exist",
    "of sessions that were ended",
    "of no user at all",
    "that is nonsense",
  ])("one %s", async (what) => {
    const cookie = `next-auth.session-token=${await forge(what)}`;
    for (const path of everyEndpoint) {
      const { status, body } = await api("GET", path, { as: "nobody", headers: { cookie } });
      expect({ path, status, code: body.error.code, parts: Object.keys(body) }).toEqual({
        path,
        status: 401,
        code: "unauthenticated",
        parts: ["error"],
      });
    }
  });
});

describe("another client's id", () => {
  test.each(Object.keys(malformed))("opens nothing of the agency's %s to a client's user", async (name) => {
    const { status, body } = await api("GET", `/api/admin/usage/${name}?tenantId=${other.id}`, { as: { user } });
    expect(status).toBe(403);
    expect(JSON.stringify(body)).not.toContain(other.name);
  });

  test("of a key or a call finds nothing, in reports as in files", async () => {
    const { rows } = await pool().query("select id from usage_record where tenant_id = $1", [other.id]);
    const asked = [
      `sources?apiKeyId=${foreign.id}`,
      `sources.csv?apiKeyId=${foreign.id}`,
      `sources?search=${encodeURIComponent(foreign.name)}`,
      `requests?apiKeyId=${foreign.id}`,
      `requests?id=${rows[0].id}`,
      `requests.csv?id=${rows[0].id}`,
    ];
    for (const path of asked) {
      const { status, body } = await api("GET", `/api/usage/${path}`, { as: { user } });
      expect(status).toBe(200);
      for (const secret of [foreign.name, foreign.prefix, foreign.id, other.name, rows[0].id])
        expect(JSON.stringify(body), path).not.toContain(secret);
    }
  });
});

test("a file of earlier use that is too large is refused as a whole, and nothing of it is written", async () => {
  const line = `${hour},1\n`;
  const tooLarge = Buffer.alloc(50 * 1024 * 1024 + 1, line);
  tooLarge.write("time,tokens\n");
  const { status, body } = await api("POST", `/api/admin/tenants/${tenant.id}/usage-import`, {
    body: new Uint8Array(tooLarge),
  });
  expect(status).toBe(413);
  expect(body.error).toMatchObject({ code: "too_large", message: expect.stringContaining("50 MB") });
  const { rowCount } = await pool().query("select from usage_record where tenant_id = $1", [tenant.id]);
  expect(rowCount).toBe(0);
});
