import { test as base, expect, type Page } from "@playwright/test";
import { createDatabase, type TestDatabase } from "../database-server";
import { ScriptedUpstream } from "../fixtures/scripted-upstream";
import { quietClock } from "../quiet-clock";
import { admin, type RunningServer, startServer } from "../server";

/** No day begins anywhere while a test looks at what was used today. */
export const test = base.extend<{ steadyDay: undefined }>({
  steadyDay: [
    async ({ browserName: _ }, use) => {
      await quietClock({ forMs: 60_000 });
      await use(undefined);
    },
    { auto: true },
  ],
});

export const password = "correct horse battery staple";
export const owner = { name: "Olive Owner", email: "owner@example.test", password };

type Console = {
  /** Where the console is, once the tests run. */
  server: { url: string };
  database: { url: string };
  /** The provider, who answers as a test says. */
  upstream: ScriptedUpstream;
};

/** A server on a database of the file's own, which its owner has set up, unless nobody is to have done so yet. */
export function useConsole({
  env = {},
  agency = {},
}: {
  env?: Record<string, string>;
  agency?: object | null;
} = {}): Console {
  const upstream = new ScriptedUpstream();
  const [server, database] = [{ url: "" }, { url: "" }];
  let running: RunningServer | undefined;
  let created: TestDatabase | undefined;

  test.beforeAll(async () => {
    await upstream.start();
    created = await createDatabase();
    database.url = created.url;
    running = await startServer({ lane: "fast", databaseUrl: created.url, env });
    server.url = running.url;
    if (agency === null) return;
    const body = JSON.stringify({ agencyName: "Harbour Digital", ...owner, ...agency });
    const { status } = await fetch(`${running.url}/api/setup`, { method: "POST", body });
    expect(status).toBe(201);
  });

  test.afterAll(async () => {
    await running?.stop();
    await created?.drop();
    await upstream.stop();
  });

  return { server, database, upstream };
}

/** Adds OpenAI as it stands in for it, and gives the provider's id. */
export async function addOpenai({ server, upstream }: Console): Promise<string> {
  const openai = { slug: "openai", name: "OpenAI", vendor: "openai", credential: "sk-provider-secret" };
  const { id } = await admin<{ id: string }>(server, "POST", "/providers", { ...openai, baseUrl: upstream.url });
  return id;
}

/** Fills in the form where the page is. */
export async function signIn(page: Page, { email, password: chosen }: { email: string; password: string } = owner) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(chosen);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs in and waits until React has taken over the page that this leads to: what is clicked before that is lost. */
export async function enter(page: Page, as: { email: string; password: string } = owner): Promise<void> {
  await signIn(page, as);
  await page.waitForFunction(() => {
    const main = document.querySelector("main");
    return location.pathname !== "/login" && Object.keys(main ?? {}).some((key) => key.startsWith("__react"));
  });
  // It marks what it has read, and takes the page over when it has read all of it: by then it has nothing left to do.
  await page.evaluate(() => new Promise<void>((resolve) => requestIdleCallback(() => resolve())));
}

/** Chooses from the menu of a row, by what the row says. */
export async function act(page: Page, row: RegExp, item: string): Promise<void> {
  await page
    .getByRole("row", { name: row })
    .getByRole("button", { name: /Actions/ })
    .click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** Chooses from a list in the open dialog. */
export async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole("dialog").getByLabel(label, { exact: true }).click();
  await page.getByRole("option", { name: option, exact: typeof option === "string" }).click();
}

/** A call of a client's app, by its status. */
export async function statusOfCall({ server }: Pick<Console, "server">, secret: string): Promise<number> {
  const answer = await fetch(`${server.url}/api/proxy/openai/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-4o-mini", messages: [{ role: "user", content: "Hello!" }] }),
  });
  await answer.text();
  return answer.status;
}
