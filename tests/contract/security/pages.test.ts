import { globSync } from "node:fs";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { makeClientUser, makeStaff, makeTenant } from "../../factories";
import { type Lane, type RunningServer, secrets, startServer } from "../../server";

const database = useDatabase();

/** Each page of the console, of the client that is signed in as well as of another. */
const staffPages = globSync("app/(admin)/**/page.tsx")
  .map((file) => file.replace("app/(admin)", "").replace(/\/page\.tsx$/, ""))
  .filter((path) => path !== "");

describe.each<Lane>(["fast", "portable"])("on the %s lane", (lane) => {
  let server: RunningServer;
  let [own, other] = [
    { slug: "", name: "" },
    { slug: "", name: "" },
  ];
  let cookies: { client: string; viewer: string };

  const open = (path: string, cookie: string) =>
    fetch(server.url + path, { redirect: "manual", headers: { cookie, "x-sluice-page": "/" } });

  beforeAll(async () => {
    server = await startServer({ lane, databaseUrl: database.url });
    const [ownTenant, otherTenant] = [await makeTenant(), await makeTenant()];
    await makeStaff("owner");
    const sessionOf = async ({ id, sessionVersion }: { id: string; sessionVersion: number }) =>
      `next-auth.session-token=${await encode({ token: { sub: id, version: sessionVersion }, secret: secrets.AUTH_SECRET })}`;
    [own, other] = [ownTenant, otherTenant];
    cookies = {
      client: await sessionOf(await makeClientUser(ownTenant.id)),
      viewer: await sessionOf(await makeStaff("viewer")),
    };
  });

  afterAll(() => server.stop());

  test("a client's user finds no page of the console, whoever it is about, and is led from the start to their own", async () => {
    for (const slug of [own.slug, other.slug]) {
      for (const page of staffPages) {
        const response = await open(page.replace("[slug]", slug).replace("[provider]", "openai"), cookies.client);
        expect({ page, status: response.status }).toEqual({ page, status: 404 });
        expect(await response.text()).not.toContain(other.name);
      }
    }
    const start = await open("/", cookies.client);
    expect([start.status, start.headers.get("location")]).toEqual([307, "/usage"]);
    expect((await open(`/usage?tenant=${own.slug}`, cookies.client)).status).toBe(200);
    expect((await open(`/usage?tenant=${other.slug}`, cookies.client)).status).toBe(404);
  });

  test("of who is not signed in, a page remembers where they wanted to go", async () => {
    const response = await open(`/clients/${other.slug}/limits?x=1`, "");
    const page = encodeURIComponent(`/clients/${other.slug}/limits?x=1`);
    expect(response.headers.get("location")).toBe(`/login?to=${page}`);
  });

  test("staff see a client's pages, and nothing where there is no such client", async () => {
    expect((await open(`/clients/${other.slug}`, cookies.viewer)).status).toBe(200);
    expect((await open("/clients/nobody", cookies.viewer)).status).toBe(404);
  });
});
