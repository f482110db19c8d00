import { expect, type Page, test } from "@playwright/test";
import { createDatabase, type TestDatabase } from "../database-server";
import { ScriptedUpstream } from "../fixtures/scripted-upstream";
import { admin, type RunningServer, startServer } from "../server";

const password = "correct horse battery staple";
const upstream = new ScriptedUpstream();
let database: TestDatabase;
let server: RunningServer;

test.beforeAll(async () => {
  await upstream.start();
  database = await createDatabase();
  server = await startServer({ lane: "fast", databaseUrl: database.url });
  const owner = { agencyName: "Harbour Digital", name: "Olive Owner", email: "owner@example.test", password };
  await fetch(`${server.url}/api/setup`, { method: "POST", body: JSON.stringify(owner) });
  const openai = { slug: "openai", name: "OpenAI", vendor: "openai", credential: "sk-provider-secret" };
  await admin(server, "POST", "/providers", { ...openai, baseUrl: upstream.url });
  await admin(server, "POST", "/providers", {
    slug: "down",
    name: "Down",
    vendor: "vllm",
    baseUrl: "http://127.0.0.1:9",
  });
  const { id } = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH" });
  const { secret } = await admin<{ secret: string }>(server, "POST", `/tenants/${id}/keys`, { name: "Web shop" });
  for (const slug of ["openai", "down"]) {
    await fetch(`${server.url}/api/proxy/${slug}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "own-model", messages: [{ role: "user", content: "Hello!" }] }),
    });
  }
});

test.afterAll(async () => {
  await server?.stop();
  await database?.drop();
  await upstream.stop();
});

test("a provider tells how it answers, what is let through to it, and what it costs from when until when", async ({
  page,
}) => {
  await page.goto(`${server.url}/providers`);
  await signIn(page);

  await test.step("errors of the last hour stand in its row, and what they were on its page", async () => {
    await expect(page.getByRole("row", { name: /OpenAI/ })).toContainText("No errors");
    await expect(page.getByRole("row", { name: /Down/ })).toContainText("100 % errors");
    await page.getByRole("link", { name: "Down" }).click();
    await expect(page.getByRole("region", { name: "The last hour" })).toContainText("1 call: no answer");
  });

  await test.step("its endpoints are those that are metered or free", async () => {
    await page.goto(`${server.url}/providers/openai`);
    await expect(page.getByRole("row", { name: /POST \/v1\/chat\/completions/ })).toContainText("Metered");
    await expect(page.getByRole("row", { name: /GET \/v1\/models/ })).toContainText("Free");
  });

  const prices = page.getByRole("region", { name: "Prices for a million tokens" });

  await test.step("a price is added, and one that follows it", async () => {
    await prices.getByRole("button", { name: "Add price" }).click();
    await page.getByLabel("Models").fill("own-*");
    await page.getByLabel("Input (USD)", { exact: true }).fill("2.5");
    await page.getByRole("button", { name: "Save price" }).click();
    await expect(page.getByLabel("Output (USD)")).toHaveAccessibleDescription(/Write a price/);
    await page.getByLabel("Output (USD)").fill("10");
    await page.getByRole("button", { name: "Save price" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(prices.getByRole("row", { name: /own-\*/ })).toContainText(/\$2\.50.*\$10\.00.*Further notice/);

    await act(page, "New price");
    await page.getByLabel("Output (USD)").fill("8");
    await page.getByLabel("Valid from").fill("2099-01-01T00:00");
    await page.getByRole("button", { name: "Save price" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(prices.getByRole("row", { name: /To come/ })).toContainText(/\$8\.00.*1 Jan 2099.*Further notice/);
    await expect(prices.getByRole("row", { name: /\$10\.00/ })).toContainText("1 Jan 2099");
  });

  await test.step("what has not begun is deleted, and what counts is ended", async () => {
    await act(page, "Delete price", /To come/);
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete price" }).click();
    await expect(prices.getByRole("row", { name: /To come/ })).toHaveCount(0);

    await act(page, "End price");
    await page.getByLabel("Ends").fill("2098-06-01T12:00");
    await page.getByRole("dialog").getByRole("button", { name: "End price" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(prices.getByRole("row", { name: /own-\*/ })).toContainText("1 Jun 2098");
    await act(page, "Take its end back");
    await expect(prices.getByRole("row", { name: /own-\*/ })).toContainText("Further notice");
  });
});

async function act(page: Page, item: string, row = /own-\*/): Promise<void> {
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
