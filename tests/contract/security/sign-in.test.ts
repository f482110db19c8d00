import { encode } from "next-auth/jwt";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { type RunningServer, startServer } from "../../server";

const owner = { email: "owner@agency.test", password: "correct horse battery staple" };

describe.each(["fast", "portable"] as const)("through the %s lane", (lane) => {
  const database = useDatabase();
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer({ lane, databaseUrl: database.url });
  });

  afterAll(() => server.stop());

  /** Signs in from a browser that brings these cookies along. */
  async function signIn(brought: string): Promise<string[]> {
    const token = await fetch(`${server.url}/api/auth/csrf`, { headers: { cookie: brought } });
    const { csrfToken } = (await token.json()) as { csrfToken: string };
    const cookie = [brought, ...token.headers.getSetCookie().map((each) => each.split(";")[0])].join("; ");
    const response = await fetch(`${server.url}/api/auth/callback/credentials`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie },
      body: new URLSearchParams({ csrfToken, ...owner, json: "true" }),
    });
    return response.headers.getSetCookie().filter((each) => each.startsWith("next-auth.session-token="));
  }

  const whoIs = (cookie: string) => fetch(`${server.url}/api/auth/me`, { headers: { cookie } });

  describe("a session", () => {
    beforeAll(async () => {
      const body = { agencyName: "A", name: "Olive", ...owner };
      await fetch(`${server.url}/api/setup`, { method: "POST", body: JSON.stringify(body) });
    });

    test("is made at sign-in, whatever the browser brought along: what was planted there is not signed in by it", async () => {
      const planted = "next-auth.session-token=planted-by-somebody-else";
      const [first = ""] = await signIn(planted);
      const [second = ""] = await signIn(first.split(";")[0] as string);
      expect(first).toMatch(/^(?=.*; HttpOnly)(?=.*; SameSite=Lax)(?=.*; Path=\/;)/i);
      const values = [first, second].map((each) => each.split(";")[0] as string);
      expect(new Set([planted, ...values]).size).toBe(3);
      expect((await whoIs(planted)).status).toBe(401);
      for (const value of values) expect((await whoIs(value)).status).toBe(200);
    });

    test("signed with another secret, or changed by a character, is none", async () => {
      const forged = await encode({ token: { sub: "x", version: 1 }, secret: "another-secret-0123456789-0123456789" });
      const [cookie = ""] = await signIn("");
      const value = (cookie.split(";")[0] as string).split("=")[1] as string;
      const middle = Math.floor(value.length / 2);
      const changed = value.slice(0, middle) + (value[middle] === "A" ? "B" : "A") + value.slice(middle + 1);
      for (const each of [forged, changed, "", "null", `${value}.x`])
        expect((await whoIs(`next-auth.session-token=${each}`)).status).toBe(401);
    });
  });

  /** One attempt, as the sign-in page makes it, from an address that the client claims. Tells whether it was even looked at. */
  async function attempt(number: number): Promise<"wrong" | "too many"> {
    const token = await fetch(`${server.url}/api/auth/csrf`);
    const { csrfToken } = (await token.json()) as { csrfToken: string };
    const cookie = token.headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; ");
    const response = await fetch(`${server.url}/api/auth/callback/credentials`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie, "x-forwarded-for": `203.0.113.${number}`, forwarded: `for=203.0.113.${number}` },
      body: new URLSearchParams({ csrfToken, email: `user${number}@agency.test`, password: "guess", json: "true" }),
    });
    const { url } = (await response.json()) as { url: string };
    return /too many/i.test(decodeURIComponent(url)) ? "too many" : "wrong";
  }

  test("a body that is no sign-in's is not read to its end", async () => {
    for (const path of ["callback/credentials", "signout", "csrf"]) {
      const response = await fetch(`${server.url}/api/auth/${path}`, { method: "POST", body: "x".repeat(100_000) });
      expect(response.status, path).toBe(413);
    }
  });

  test("what fails here is no wrong password, and nobody is told how it is built", async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query("alter table sign_in_attempt rename to gone");
    const token = await fetch(`${server.url}/api/auth/csrf`);
    const { csrfToken } = (await token.json()) as { csrfToken: string };
    const cookie = token.headers.getSetCookie().map((each) => each.split(";")[0]);
    const response = await fetch(`${server.url}/api/auth/callback/credentials`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie: cookie.join("; ") },
      body: new URLSearchParams({ csrfToken, ...owner, json: "true" }),
    });
    await client.query("alter table gone rename to sign_in_attempt");
    await client.end();
    const { url } = (await response.json()) as { url: string };
    expect(response.status).toBe(500);
    expect(new URL(url).searchParams.get("error")).toBe("Something went wrong here. It has been logged.");
  });

  test("a wrong password and an unknown address are answered the same, headers included", async () => {
    const answerTo = async (email: string) => {
      const token = await fetch(`${server.url}/api/auth/csrf`);
      const { csrfToken } = (await token.json()) as { csrfToken: string };
      const cookie = token.headers.getSetCookie().map((each) => each.split(";")[0]);
      const response = await fetch(`${server.url}/api/auth/callback/credentials`, {
        method: "POST",
        redirect: "manual",
        headers: { cookie: cookie.join("; ") },
        body: new URLSearchParams({ csrfToken, email, password: "a wrong password", json: "true" }),
      });
      const names = [...response.headers.keys()].toSorted();
      return { status: response.status, names, body: await response.text() };
    };
    expect(await answerTo(owner.email)).toEqual(await answerTo("nobody@agency.test"));
  });

  test("claiming another address with each attempt buys no more attempts", async () => {
    const outcomes: string[] = [];
    for (let number = 1; number <= 51; number++) outcomes.push(await attempt(number));
    // The two of the test before count too.
    expect(outcomes.indexOf("too many")).toBe(48);
    expect(outcomes.slice(48).every((outcome) => outcome === "too many")).toBe(true);
  });
});
