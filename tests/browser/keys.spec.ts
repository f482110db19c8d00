import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { createDatabase, type TestDatabase } from "../database-server";
import { ScriptedUpstream } from "../fixtures/scripted-upstream";
import { admin, type RunningServer, startServer } from "../server";

const password = "correct horse battery staple";
const upstream = new ScriptedUpstream();
let database: TestDatabase;
let server: RunningServer;
let secret: string;

test.beforeAll(async () => {
  await upstream.start();
  database = await createDatabase();
  server = await startServer({ lane: "fast", databaseUrl: database.url });
  const owner = { agencyName: "Harbour Digital", name: "Olive Owner", email: "owner@example.test", password };
  await fetch(`${server.url}/api/setup`, { method: "POST", body: JSON.stringify(owner) });
  const openai = { slug: "openai", name: "OpenAI", vendor: "openai", credential: "sk-provider-secret" };
  await admin(server, "POST", "/providers", { ...openai, baseUrl: upstream.url });
  const business = { name: "Business", dailyTokenLimit: 50_000 };
  const { id: planId } = await admin<{ id: string }>(server, "POST", "/plans", business);
  const { id } = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH", planId });
  ({ secret } = await admin<{ secret: string }>(server, "POST", `/tenants/${id}/keys`, { name: "Web shop" }));
});

test.afterAll(async () => {
  await server?.stop();
  await database?.drop();
  await upstream.stop();
});

test("a key is limited beside its client, rotated in sight of who still has the old secret, and revoked with a receipt", async ({
  page,
}) => {
  await page.goto(`${server.url}/clients/acme-gmbh/keys`);
  await signIn(page);
  const drawer = page.getByRole("dialog", { name: "Shop" });

  await test.step("edited, a key tells where the client's limit is met first", async () => {
    await act(page, /Web shop/, "Edit key");
    await page.getByLabel("Name").fill("Shop");
    const daily = page.getByLabel("Daily token limit");
    await expect(daily).toHaveAccessibleDescription(/All keys of the client together: 50,000/);
    await daily.fill("80k");
    await expect(daily).toHaveAccessibleDescription(/Met first: 50,000, the client's limit/);
    await page.getByLabel("Allowed models").fill("gpt-*");
    await page.getByRole("button", { name: "Open the calendar" }).click();
    await page.getByRole("button", { name: "A year", exact: true }).click();
    await expect(page.getByLabel("Expires")).toHaveValue(/^\d\d? [A-Z][a-z]{2} \d{4}, 00:00$/);
    await page.getByLabel("Expires").fill("2099-01-01 9:30");
    await expect(page.getByLabel("Expires")).toHaveAccessibleDescription(/Thursday, in UTC/);
    await page.getByLabel("Allowed models").focus();
    await expect(page.getByLabel("Expires")).toHaveValue("1 Jan 2099, 09:30");
    await page.getByRole("button", { name: "Save key" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);

    await page.getByRole("button", { name: "Shop", exact: true }).click();
    await expect(drawer.getByRole("row", { name: /Tokens a day/ })).toContainText(/80\sk.*50\sk.*met first/);
    await expect(drawer).toContainText("gpt-*");
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(drawer).toHaveCount(0);
  });

  const fresh = await test.step("rotated with grace, it tells whether the old secret is still used", async () => {
    await act(page, /Shop/, "Rotate key");
    await page.getByRole("button", { name: "Rotate key" }).click();
    const shown = (await page.getByLabel("Secret", { exact: true }).textContent()) ?? "";
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.getByRole("row", { name: /Shop/ })).toContainText("Old secret unused");
    expect(await call(secret)).toBe(200);
    await expect(async () => {
      await page.reload();
      await expect(page.getByRole("row", { name: /Shop/ })).toContainText("Old secret in use", { timeout: 1_000 });
    }).toPass();
    await page.getByRole("button", { name: "Shop", exact: true }).click();
    await expect(drawer.getByRole("region", { name: "Old secret" })).toContainText("1 call came with it since");
    return shown;
  });

  await test.step("revoked, it leaves a receipt that tells of every attempt since", async () => {
    expect(await call(fresh)).toBe(200);
    await drawer.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Revoke key" }).click();
    await expect(drawer.getByRole("region", { name: "Tried since" })).toContainText("Nobody has tried to use it since");
    for (const each of [fresh, secret]) expect(await call(each)).toBe(401);

    await page.reload();
    await expect(drawer.getByRole("region", { name: "Tried since" })).toContainText(/The key is revoked.*2 calls/);
    await expect(drawer.getByRole("region", { name: "Receipt of the revocation" })).toContainText(
      /Revoked.*By.*Olive Owner.*Last accepted call.*UTC/,
    );
    await expect(drawer.getByRole("button", { name: "Revoke" })).toHaveCount(0);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });
});

async function call(secretOfKey: string): Promise<number> {
  const { status } = await fetch(`${server.url}/api/proxy/openai/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secretOfKey}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-4o-mini", messages: [{ role: "user", content: "Hello!" }] }),
  });
  return status;
}

async function act(page: Page, row: RegExp, item: string): Promise<void> {
  await page
    .getByRole("row", { name: row })
    .getByRole("button", { name: /Actions/ })
    .click();
  await page.getByRole("menuitem", { name: item }).click();
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill("owner@example.test");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}
