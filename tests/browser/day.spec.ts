import { type Browser, expect, type Page } from "@playwright/test";
import OpenAI from "openai";
import { answerText } from "../fixtures/scripted-upstream";
import { choose, password, signIn, test, useConsole } from "./console";

/** What the provider reports for each call, and what ten of them come to: the plan's limit. */
const callTokens = 22;
const dailyTokens = 10 * callTokens;

const problems: string[] = [];
/** Where it is about noon, so that no day ends before the test does. */
const hoursAhead = 12 - new Date().getUTCHours();
const timeZone = `Etc/GMT${hoursAhead > 0 ? "-" : "+"}${Math.abs(hoursAhead)}`;

const { server, upstream } = useConsole({ agency: { timeZone } });

test("an agency's day: from signing in to a client that sees on its own page what was done for it", async ({
  browser,
}) => {
  const olive = await openBrowser(browser);
  await olive.goto(server.url);
  await signIn(olive);
  await expect(olive.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();

  const ada = await test.step("Olive invites a colleague, who comes in and takes over", async () => {
    await go(olive, "Team");
    const link = await invite(olive, { name: "Ada Admin", email: "ada@harbour.test", role: "Admin" });
    const page = await accept(browser, link);
    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
    return page;
  });
  const dialog = ada.getByRole("dialog");

  await test.step("Ada adds the provider and a plan", async () => {
    await go(ada, "Providers");
    await ada.getByRole("button", { name: "Add provider" }).first().click();
    await choose(ada, "Vendor", "OpenAI");
    await dialog.getByLabel("Base URL").fill(upstream.url);
    await dialog.getByLabel("Credential").fill("sk-provider-secret");
    await dialog.getByRole("button", { name: "Save provider" }).click();
    await expect(dialog).toHaveCount(0);

    await go(ada, "Plans");
    await ada.getByRole("button", { name: "New plan" }).first().click();
    await dialog.getByLabel("Name").fill("Small shop");
    await dialog.getByLabel("Daily token limit").fill(String(dailyTokens));
    await dialog.getByRole("button", { name: "Create plan" }).click();
    await expect(dialog).toHaveCount(0);
  });

  await test.step("onboards a client, and hands over a key", async () => {
    await newClient(ada, "Acme GmbH", /Small shop/);
  });
  let secret = await newKey(ada, "Web shop");
  const uma = await test.step("invites the client's own people, who see what they have", async () => {
    await ada.getByRole("tab", { name: "People" }).click();
    const link = await invite(ada, { name: "Uma User", email: "uma@acme.test", role: "Member" });
    const page = await accept(browser, link);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(
      `${dailyTokens} of ${dailyTokens} tokens left today`,
    );
    await expect(page.getByRole("row", { name: /Web shop/ })).toContainText("Active");
    return page;
  });

  await test.step("the client's app makes its first call, and the client sees it", async () => {
    expect((await call(secret)).choices[0]?.message.content).toBe(answerText);
    await seesLeft(uma, dailyTokens - callTokens);
  });

  await test.step("“Why am I blocked?”: the app has used up the day, and both are told so", async () => {
    for (let count = 1; count < dailyTokens / callTokens; count++) await call(secret);
    // Answers that exceed what was reserved for them count when they are settled, which is a moment after they came.
    await seesLeft(uma, 0);
    const refusal = await call(secret).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: 429, code: "insufficient_quota" });
    await expect(
      uma.getByText(/Calls have been refused since \d\d:\d\d, and will be until it renews. Renews at midnight/),
    ).toBeVisible();

    await go(ada, "Overview");
    await ada
      .getByRole("region", { name: /Needs attention/ })
      .getByRole("link", { name: /Acme GmbH/ })
      .first()
      .click();
    const answer = ada.getByRole("status").filter({ hasText: "Every call is refused" });
    await expect(answer).toContainText(
      new RegExp(
        `Tokens today: ${dailyTokens} of ${dailyTokens} tokens used, from the plan; calls refused since \\d\\d:\\d\\d; renews 00:00`,
      ),
    );
  });

  await test.step("Ada raises the limit for today, and calls pass again", async () => {
    await ada.getByRole("button", { name: "+50 % until midnight" }).click();
    await ada
      .getByRole("alertdialog")
      .getByRole("button", { name: `Raise to ${dailyTokens * 1.5} tokens` })
      .click();
    await expect(ada.getByRole("status").filter({ hasText: "Calls pass" })).toBeVisible();
    await expect
      .poll(() =>
        call(secret).then(
          () => "passes",
          () => "is refused",
        ),
      )
      .toBe("passes");
    await seesLeft(uma, dailyTokens / 2 - callTokens);
  });

  await test.step("a key has leaked: Ada rotates it, and the old secret is refused at once", async () => {
    await ada.getByRole("tab", { name: "Keys" }).click();
    await openMenu(ada, "Web shop", "Rotate key");
    await choose(ada, "Old secret keeps working", /Not at all/);
    await dialog.getByRole("button", { name: "Rotate key" }).click();
    const leaked = secret;
    secret = await takeSecret(ada);
    expect(await call(leaked).catch((error: unknown) => error)).toBeInstanceOf(OpenAI.AuthenticationError);
    expect((await call(secret)).choices[0]?.message.content).toBe(answerText);
    await uma.reload();
    const row = uma.getByRole("table", { name: "Your keys" }).getByRole("row", { name: /Web shop/ });
    await expect(row).toContainText(secret.slice(0, 8));
    await expect(row).not.toContainText(leaked.slice(0, 12));
    await seesLeft(uma, dailyTokens / 2 - 2 * callTokens);
  });

  await test.step("another client's script runs wild: Ada finds it on the overview, and stops it", async () => {
    await newClient(ada, "Borealis", /Small shop/);
    await ada.getByRole("button", { name: "New key" }).first().click();
    await dialog.getByLabel("Name").fill("Scraper");
    await dialog.getByLabel("Requests per minute").fill("3");
    await dialog.getByRole("button", { name: "Create key" }).click();
    const wild = await takeSecret(ada);
    await ada.getByRole("tab", { name: "People" }).click();
    const link = await invite(ada, { name: "Bo Script", email: "bo@borealis.test", role: "Member" });
    const bo = await accept(browser, link);
    await Promise.all(Array.from({ length: 300 }, () => call(wild).catch(() => {})));

    await go(ada, "Overview");
    const item = ada.getByRole("region", { name: /Needs attention/ }).getByRole("link", { name: /Borealis/ });
    await expect(item).toContainText(/calls far too often: \d+ calls refused/);
    await item.click();
    await ada.getByRole("button", { name: "Suspend", exact: true }).click();
    await ada
      .getByRole("alertdialog")
      .getByRole("button", { name: /Suspend/ })
      .click();
    await expect(ada.getByRole("button", { name: "Resume", exact: true })).toBeVisible();
    // The server may repeat its last refusal, of the pace, for a second.
    await expect.poll(() => call(wild).catch((error: { status?: number }) => error.status)).toBe(403);
    await bo.reload();
    await expect(bo.getByRole("heading", { level: 1, name: "Calls are paused" })).toBeVisible();
    expect((await call(secret)).choices[0]?.message.content).toBe(answerText);
  });

  await test.step("Olive sees on the audit trail what Ada did", async () => {
    await go(olive, "Audit");
    for (const action of ["Client updated", "Key rotated", "Plan created", "Provider created"])
      await expect(
        olive.getByRole("row", { name: new RegExp(`${action}.*Ada Admin|Ada Admin.*${action}`) }).first(),
      ).toBeVisible();
  });

  expect(problems).toEqual([]);
});

async function openBrowser(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext({ timezoneId: "Europe/Berlin", locale: "en-GB" })).newPage();
  page.on("console", (message) => message.type() === "error" && problems.push(`${page.url()} ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${page.url()} ${error.message}`));
  return page;
}

/** Goes to a page by the sidebar. */
async function go(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

type Invited = { name: string; email: string; role: string };

/** Invites somebody where the page is, and gives the link that is to be handed over. */
async function invite(page: Page, { name, email, role }: Invited): Promise<string> {
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("E-mail").fill(email);
  await choose(page, "Role", new RegExp(`^${role}`));
  await dialog.getByRole("button", { name: "Invite" }).click();
  const link = await page.getByLabel("Link", { exact: true }).textContent();
  await page.getByRole("button", { name: "Done" }).click();
  return link ?? "";
}

/** Opens an invitation in a browser of its own. */
async function accept(browser: Browser, link: string): Promise<Page> {
  const page = await openBrowser(browser);
  await page.goto(link);
  await page.getByLabel("Password").fill(password);
  await page.getByLabel("The same again").fill(password);
  await page.getByRole("button", { name: "Choose password" }).click();
  await expect(page).not.toHaveURL(/welcome/);
  return page;
}

async function newClient(page: Page, name: string, plan: RegExp): Promise<void> {
  await go(page, "Clients");
  await page.getByRole("button", { name: "New client" }).first().click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await choose(page, "Plan", plan);
  await page.getByRole("dialog").getByRole("button", { name: "Create client" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

async function newKey(page: Page, name: string): Promise<string> {
  await page.getByRole("button", { name: "New key" }).first().click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
  return await takeSecret(page);
}

/** The secret that is shown once, after which it is nowhere on the page. */
async function takeSecret(page: Page): Promise<string> {
  const secret = (await page.getByLabel("Secret", { exact: true }).textContent()) ?? "";
  expect(secret).toMatch(/^slc_[0-9A-Za-z]{46}$/);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.locator("body")).not.toContainText(secret);
  return secret;
}

async function openMenu(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** The client's page says at last how much is left: it follows by itself. */
async function seesLeft(page: Page, tokens: number): Promise<void> {
  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading).toHaveText(new RegExp(`^${tokens} of \\d+ tokens left today$`));
}

function call(secret: string) {
  const openai = new OpenAI({ apiKey: secret, baseURL: `${server.url}/api/proxy/openai/v1`, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "Hello!" }];
  return openai.chat.completions.create({ model: "gpt-4o-mini", max_tokens: 5, messages });
}
