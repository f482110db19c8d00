import { afterAll, beforeAll, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { type RunningServer, startServer } from "../../server";

const database = useDatabase();
let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ lane: "fast", databaseUrl: database.url });
});

afterAll(() => server.stop());

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

test("claiming another address with each attempt buys no more attempts", { timeout: 60_000 }, async () => {
  const outcomes: string[] = [];
  for (let number = 1; number <= 51; number++) outcomes.push(await attempt(number));
  expect(outcomes.slice(0, 50).every((outcome) => outcome === "wrong")).toBe(true);
  expect(outcomes[50]).toBe("too many");
});
