import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { type Claims, IdentityProvider } from "../../fixtures/identity-provider";
import { admin, type Lane, type RunningServer, startServer } from "../../server";

const database = useDatabase();
const provider = new IdentityProvider();

beforeAll(() => provider.start());
afterAll(() => provider.stop());
beforeEach(() => {
  provider.forge = {};
});

describe.each<Lane>(["fast", "portable"])("signing in through the identity provider, on the %s lane", (lane) => {
  let server: RunningServer;

  beforeAll(async () => {
    const env = {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: provider.clientId,
      OIDC_CLIENT_SECRET: provider.clientSecret,
      OIDC_NAME: "Harbour ID",
    };
    server = await startServer({ lane, databaseUrl: database.url, env });
    const body = { agencyName: "A", name: "O", email: "owner@a.test", password: "correct horse battery" };
    await fetch(`${server.url}/api/setup`, { method: "POST", body: JSON.stringify(body) });
  });
  afterAll(() => server.stop());

  const invite = async (email: string): Promise<string> =>
    (await admin<{ person: { id: string } }>(server, "POST", "/team", { name: "Pat", email, role: "viewer" })).person
      .id;

  type Came = { page: string; error: string | null; me: { email: string } | null };

  /** Goes the whole way as a browser does; gives where it ended, with which error, and who is signed in then. */
  async function come(is: Claims, jar = new Jar()): Promise<Came> {
    provider.is = is;
    const { csrfToken } = (await (await jar.fetch(`${server.url}/api/auth/csrf`)).json()) as { csrfToken: string };
    const form = new URLSearchParams({ csrfToken, callbackUrl: "/", json: "true" });
    const begun = await jar.fetch(`${server.url}/api/auth/signin/oidc`, { method: "POST", body: form });
    const away = await fetch(((await begun.json()) as { url: string }).url, { redirect: "manual" });
    let back = await jar.fetch(away.headers.get("location") as string);
    while (back.headers.get("location")?.includes("/api/auth/"))
      back = await jar.fetch(new URL(back.headers.get("location") ?? "", server.url).href);
    const me = await jar.fetch(`${server.url}/api/auth/me`);
    const { user } = me.ok ? ((await me.json()) as { user: { email: string } }) : { user: null };
    const { pathname, searchParams } = new URL(back.headers.get("location") ?? "", server.url);
    return { page: pathname, error: searchParams.get("error"), me: user };
  }

  test("lets in an invited one by the address that it calls verified, also without a password", async () => {
    const email = `pat.${lane}@a.test`;
    await invite(email);
    const came = await come({ sub: `pat-${lane}`, email: email.toUpperCase(), email_verified: true });
    expect(came).toMatchObject({ page: "/", me: { email } });
    const { items } = await admin<{ items: object[] }>(server, "GET", "/team");
    expect(items).toContainEqual(expect.objectContaining({ email, state: "active" }));
  });

  test.each([
    { name: "was never invited", is: { email: "stranger@a.test", email_verified: true } },
    { name: "has the address of an invited one, not verified", is: { email: "owner@a.test", email_verified: false } },
    { name: "has it, and nothing is said of it", is: { email: "owner@a.test" } },
    { name: "has no address", is: {} },
  ])("turns away who $name", async ({ is }) => {
    const came = await come({ sub: `stranger-${lane}`, ...is });
    expect(came).toEqual({ page: "/login", error: "AccessDenied", me: null });
    const page = await fetch(`${server.url}/login?error=${came.error}`);
    expect(await page.text()).toContain("Nobody was invited under an address that Harbour ID vouches for.");
  });

  test("an address that the provider gives to somebody else opens nothing; who had it first still gets in", async () => {
    const email = `given.${lane}@a.test`;
    await invite(email);
    expect((await come({ sub: `first-${lane}`, email, email_verified: true })).me).toMatchObject({ email });
    expect((await come({ sub: `second-${lane}`, email, email_verified: true })).me).toBeNull();
    expect((await come({ sub: `first-${lane}`, email: "renamed@a.test", email_verified: false })).me).toMatchObject({
      email,
    });
  });

  test("a person who is removed is out at once, and does not get in again", async () => {
    const email = `gone.${lane}@a.test`;
    const id = await invite(email);
    const jar = new Jar();
    expect((await come({ sub: `gone-${lane}`, email, email_verified: true }, jar)).me).not.toBeNull();
    await admin(server, "DELETE", `/team/${id}`);
    expect((await jar.fetch(`${server.url}/api/auth/me`)).status).toBe(401);
    expect((await come({ sub: `gone-${lane}`, email, email_verified: true })).me).toBeNull();
  });

  test.each<{ name: string; forge: IdentityProvider["forge"] }>([
    { name: "for another sign-in", forge: { nonce: "another" } },
    { name: "for another service", forge: { aud: "another" } },
    { name: "by another provider", forge: { iss: "https://evil.test" } },
    { name: "signed with another key", forge: { key: "another" } },
  ])("a token $name is not taken", async ({ forge }) => {
    const email = `forged.${lane}@a.test`;
    await invite(email).catch(() => {});
    const is = { sub: `forged-${lane}`, email, email_verified: true };
    provider.forge = forge;
    expect(await come(is)).toEqual({ page: "/login", error: "OAuthCallback", me: null });
    provider.forge = {};
    expect((await come(is)).me).toMatchObject({ email });
  });

  test("an answer that this browser did not ask for signs it in as nobody", async () => {
    provider.is = { sub: `pat-${lane}`, email: `pat.${lane}@a.test`, email_verified: true };
    const back = await new Jar().fetch(`${server.url}/api/auth/callback/oidc?code=stolen&state=made-up`);
    expect(back.headers.getSetCookie().some((cookie) => /session-token=[^;]/.test(cookie))).toBe(false);
  });

  test("its tokens are not kept, and its secret is in no page or log", async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(`select row_to_json(u)::text as row from "user" u`);
    await client.end();
    const page = await (await fetch(`${server.url}/login`)).text();
    expect(page).toContain("Harbour ID");
    for (const text of [JSON.stringify(rows), page, server.output()]) {
      expect(text).not.toContain(provider.clientSecret);
      expect(text).not.toContain("eyJ");
    }
  });
});

/** The cookies of one browser. */
class Jar {
  readonly #cookies = new Map<string, string>();

  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) as unknown as [string, string, string];
      if (value === "" || /max-age=0|expires=thu, 01 jan 1970/i.test(set)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}
