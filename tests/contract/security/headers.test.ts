import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { type Lane, type RunningServer, startServer } from "../../server";

const database = useDatabase();

describe.each<Lane>(["fast", "portable"])("on the %s lane", (lane) => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer({ lane, databaseUrl: database.url });
  });

  afterAll(() => server.stop());

  test("each page has a nonce of its own, without which no script of it runs", async () => {
    const nonces = new Set<string>();
    for (const path of ["/setup", "/setup", "/nowhere/at/all"]) {
      const response = await fetch(server.url + path);
      const policy = response.headers.get("content-security-policy") ?? "";
      const nonce = /script-src 'self' 'nonce-([\w+/=]+)' 'strict-dynamic';/.exec(policy)?.[1] as string;
      nonces.add(nonce);
      const scripts = (await response.text()).match(/<script\b[^>]*>/g) ?? [];
      expect(scripts.length).toBeGreaterThan(0);
      expect(scripts.filter((script) => !script.includes(`nonce="${nonce}"`))).toEqual([]);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe-eval");
    }
    expect(nonces.size).toBe(3);
  });

  test("a nonce that the client names is not taken", async () => {
    const response = await fetch(`${server.url}/setup`, {
      headers: { "content-security-policy": "script-src 'nonce-mine'", "x-nonce": "mine" },
    });
    expect(response.headers.get("content-security-policy")).not.toContain("mine");
    expect(await response.text()).not.toContain('nonce="mine"');
  });

  test.each(["/setup", "/favicon.svg", "/api/health/live", "/api/admin/plans", "/api/auth/csrf", "/metrics"])(
    "%s is not sniffed, framed or told to other sites",
    async (path) => {
      const { headers } = await fetch(server.url + path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("referrer-policy")).toBe("same-origin");
      expect(headers.get("permissions-policy")).toContain("camera=()");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("strict-transport-security")).toBeNull();
      expect(headers.get("x-powered-by")).toBeNull();
    },
  );

  test.each(["/api/nowhere", "/api/usage/nowhere"])("%s is answered as every failure of the API is", async (path) => {
    const response = await fetch(server.url + path);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: { code: "not_found", message: "There is nothing at this address." },
    });
  });

  test("the proxy's answers have none of it: they are the provider's", async () => {
    const { headers } = await fetch(`${server.url}/api/proxy/v1/models`);
    expect(headers.get("content-security-policy")).toBeNull();
    expect(headers.get("permissions-policy")).toBeNull();
  });

  test("the cookies of a sign-in stay with this site and out of reach of scripts", async () => {
    const cookies = (await fetch(`${server.url}/api/auth/csrf`)).headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(cookie).toMatch(/^(?=.*; HttpOnly)(?=.*; SameSite=Lax)(?!.*; Secure)/i);
  });

  test("a sign-in leads to no other site", async () => {
    const token = await fetch(`${server.url}/api/auth/csrf`);
    const { csrfToken } = (await token.json()) as { csrfToken: string };
    const cookie = token.headers.getSetCookie().map((each) => each.split(";")[0]);
    for (const callbackUrl of ["https://evil.test/", "//evil.test/", "https:evil.test", "javascript:alert(1)"]) {
      const response = await fetch(`${server.url}/api/auth/signout`, {
        method: "POST",
        redirect: "manual",
        headers: { cookie: cookie.join("; ") },
        body: new URLSearchParams({ csrfToken, callbackUrl, json: "true" }),
      });
      const { url } = (await response.json()) as { url: string };
      expect(new URL(url, server.url).origin).toBe(server.url);

      const page = await fetch(`${server.url}/api/auth/signin?${new URLSearchParams({ callbackUrl })}`, {
        redirect: "manual",
      });
      expect(new URL(page.headers.get("location") ?? "/", server.url).origin).toBe(server.url);
      const kept = page.headers.getSetCookie().find((each) => each.startsWith("next-auth.callback-url="));
      expect(new URL(decodeURIComponent(/=([^;]*)/.exec(kept ?? "=/")?.[1] ?? ""), server.url).origin).toBe(server.url);
    }
  });
});

describe("where PUBLIC_URL is https", () => {
  let server: RunningServer;

  beforeAll(async () => {
    const env = { PUBLIC_URL: "https://ai.example.test", NEXTAUTH_URL: "https://ai.example.test" };
    server = await startServer({ lane: "fast", databaseUrl: database.url, env });
  });

  afterAll(() => server.stop());

  test("a browser that has seen a page comes by https alone", async () => {
    const { headers } = await fetch(`${server.url}/setup`);
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
    expect(headers.get("content-security-policy")).toContain("upgrade-insecure-requests");
  });

  test("cookies are sent over https alone", async () => {
    const cookies = (await fetch(`${server.url}/api/auth/csrf`)).headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(cookie).toMatch(/^__(Host|Secure)-.*; Secure/i);
  });
});
