import { expect, test } from "vitest";
import { handleCall } from "@/lib/gateway/handle-call";
import { createSecret } from "@/lib/keys/secret";
import { api } from "../../api";

process.env.DATABASE_URL = "postgresql://nobody@127.0.0.1:9/none";

test.each(["/api/admin/plans", "/api/admin/tenants", "/api/admin/usage/sources", "/api/admin/usage/requests"])(
  "without its database %s says so and asks to try again, and shows no detail",
  async (path) => {
    const { status, headers, body } = await api("GET", path);
    expect(status).toBe(503);
    expect(headers.get("retry-after")).toBe("2");
    expect(body.error).toEqual({ code: "unavailable", message: expect.stringContaining("database") });
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|ECONN|prisma/i);
  },
);

test("a change is not made without its database", async () => {
  expect((await api("POST", "/api/admin/tenants", { body: { name: "x" } })).status).toBe(503);
});

test("without its database the process lives but is not ready", async () => {
  expect((await api("GET", "/api/health/live", { as: "nobody" })).status).toBe(200);
  const { status, body } = await api("GET", "/api/health/ready", { as: "nobody" });
  expect(status).toBe(503);
  expect(body).toEqual({ status: "unavailable", reason: "The database cannot be reached." });
});

test.each(["/api/proxy/openai/v1/models", "/api/proxy/v1/models"])(
  "a call to %s is told so too, and not that its key is wrong or that something is broken",
  async (url) => {
    const { status, headers, body } = await handleCall({
      method: "GET",
      url,
      headers: { authorization: `Bearer ${createSecret()}` },
      readBody: async () => Buffer.alloc(0),
      clientGone: new AbortController().signal,
    });
    expect(status).toBe(503);
    expect(headers["retry-after"]).toBe("2");
    expect(JSON.parse(String(body))).toMatchObject({ error: { code: "unavailable" } });
    expect(String(body)).not.toMatch(/127\.0\.0\.1|ECONN/);
  },
);
