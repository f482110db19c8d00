import { expect } from "@playwright/test";
import OpenAI from "openai";
import { createDatabase, type TestDatabase } from "../database-server";
import { answerText, ScriptedUpstream } from "../fixtures/scripted-upstream";
import { type RunningServer, startServer } from "../server";
import { act, choose, password, test } from "./console";

const upstream = new ScriptedUpstream();
let database: TestDatabase;
let fast: RunningServer;
let portable: RunningServer;

test.beforeAll(async () => {
  await upstream.start();
  database = await createDatabase();
  fast = await startServer({ lane: "fast", databaseUrl: database.url });
  portable = await startServer({ lane: "portable", databaseUrl: database.url });
});

test.afterAll(async () => {
  await Promise.all([fast?.stop(), portable?.stop()]);
  await database?.drop();
  await upstream.stop();
});

test("from the first start to a metered call, a limit, an override and a revoked key", async ({ page }) => {
  const problems: string[] = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));

  await test.step("the owner sets the agency up", async () => {
    await page.goto(fast.url);
    await expect(page).toHaveURL(/\/setup$/);
    await page.getByLabel("Agency name").fill("Harbour Digital");
    await page.getByLabel("Your name").fill("Olive Owner");
    await page.getByLabel("E-mail").fill("owner@example.test");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Create the console" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  });

  await test.step("adds a provider and tests its connection", async () => {
    await page.goto(`${fast.url}/providers`);
    await page.getByRole("button", { name: "Add provider" }).first().click();
    const dialog = page.getByRole("dialog");
    await choose(page, "Vendor", "OpenAI");
    await dialog.getByLabel("Base URL").fill(upstream.url);
    await dialog.getByLabel("Credential").fill("sk-provider-secret");
    await dialog.getByRole("button", { name: "Save provider" }).click();
    await expect(dialog).toBeHidden();
    await page
      .getByRole("button", { name: /Test connection/ })
      .first()
      .click();
    await expect(page.getByText(/works|answered|connected/i).first()).toBeVisible();
  });

  await test.step("makes a plan", async () => {
    await page.goto(`${fast.url}/plans`);
    await page.getByRole("button", { name: "New plan" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Business");
    await dialog.getByLabel("Daily token limit").fill("50k");
    await dialog.getByLabel("Monthly request limit").fill("1,000");
    await dialog.getByRole("button", { name: "Create plan" }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("row", { name: /Business/ })).toContainText("50");
  });

  await test.step("takes on a client", async () => {
    await page.goto(`${fast.url}/clients`);
    await page.getByRole("button", { name: "New client" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Acme GmbH");
    await choose(page, "Plan", /Business/);
    await dialog.getByRole("button", { name: "Create client" }).click();
    await expect(page).toHaveURL(/\/clients\/acme-gmbh/);
    await expect(page.getByRole("heading", { level: 1, name: "Acme GmbH" })).toBeVisible();
  });

  const secret = await test.step("issues a key, whose secret is shown once", async () => {
    await page.goto(`${fast.url}/clients/acme-gmbh`);
    await expect(page.getByText(`curl ${fast.url}/api/proxy/openai/v1/chat/completions`)).toBeVisible();
    await expect(page.getByRole("button", { name: "Copy snippet" })).toBeVisible();
    await page.getByRole("button", { name: "New key" }).click();
    await expect(page).toHaveURL(/\/keys\?new=key$/);
    await page.getByRole("dialog").getByLabel("Name").fill("Web shop");
    await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
    const shown = (await page.getByLabel("Secret", { exact: true }).textContent()) ?? "";
    expect(shown).toMatch(/^slc_[0-9A-Za-z]{46}$/);
    await expect(page.getByRole("dialog")).toContainText(`${fast.url}/api/proxy/openai/v1`);
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.locator("body")).not.toContainText(shown);
    return shown;
  });

  const sdk = (server: RunningServer) =>
    new OpenAI({ apiKey: secret, baseURL: `${server.url}/api/proxy/openai/v1`, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "Hello!" }];
  const call = (server: RunningServer) => sdk(server).chat.completions.create({ model: "gpt-4o-mini", messages });

  await test.step("the client's app calls through both lanes, plain and streamed, and its tokens appear", async () => {
    for (const server of [fast, portable]) {
      expect((await call(server)).choices[0]?.message.content).toBe(answerText);
      const stream = await sdk(server).chat.completions.create({ model: "gpt-4o-mini", messages, stream: true });
      let text = "";
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
      expect(text.trim()).toBe(answerText);
    }
    await page.goto(`${fast.url}/clients/acme-gmbh`);
    await expect(
      page
        .getByText("88 of 50,000 tokens today")
        .or(page.getByText(/88 of 50(,000| k)/))
        .first(),
    ).toBeVisible();
    await page.goto(`${fast.url}/clients/acme-gmbh/requests`);
    await expect(page.getByRole("row", { name: /Web shop/ })).toHaveCount(4);
  });

  await test.step("an override of 0 refuses the next call as a used-up quota", async () => {
    await page.goto(`${fast.url}/clients/acme-gmbh/limits`);
    await page.getByLabel("Daily token limit").fill("0");
    await page.getByLabel("Reason").fill("invoice open");
    await page.getByRole("button", { name: "Set override" }).click();
    await expect(page.getByRole("button", { name: "Remove override" })).toBeVisible();
    for (const server of [fast, portable]) {
      const refusal = await call(server).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(OpenAI.RateLimitError);
      expect(refusal).toMatchObject({ code: "insufficient_quota" });
    }
  });

  await test.step("taken back, the next call passes", async () => {
    await page.getByRole("button", { name: "Remove override" }).click();
    await expect(page.getByRole("button", { name: "Remove override" })).toBeHidden();
    expect((await call(fast)).choices[0]?.message.content).toBe(answerText);
  });

  await test.step("a revoked key is refused, and still named in history", async () => {
    await page.goto(`${fast.url}/clients/acme-gmbh/keys`);
    await act(page, /Web shop/, "Revoke key");
    await page
      .getByRole("alertdialog")
      .or(page.getByRole("dialog"))
      .getByRole("button", { name: "Revoke key" })
      .click();
    await expect(page.getByRole("dialog", { name: "Web shop" })).toContainText("Receipt of the revocation");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("row", { name: /Web shop/ })).toContainText("Revoked");
    await expect(call(fast)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    // The other instance may repeat its last refusal, of the override, for a second.
    await expect.poll(() => call(portable).catch((error: unknown) => error)).toBeInstanceOf(OpenAI.AuthenticationError);

    await page.goto(`${fast.url}/clients/acme-gmbh/requests`);
    await expect(page.getByRole("row", { name: /Web shop/ })).toHaveCount(5);
  });

  expect(problems).toEqual([]);
});
