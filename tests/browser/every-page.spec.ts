import { globSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import OpenAI from "openai";
import { admin } from "../server";
import { addOpenai, enter, test, useConsole } from "./console";

/** Without mail nobody can ask for a new password, and that page is not there. */
const running = useConsole({
  env: { SMTP_URL: "smtp://127.0.0.1:9", SMTP_FROM: "Harbour Digital <ai@example.test>" },
});
const { server } = running;

/** What stands in an address for the names in brackets. */
const examples: Record<string, string> = { slug: "acme-gmbh", provider: "openai", token: "of-nobody" };

/** Every page that there is, as it is asked for. */
function pagesIn(folder: string): string[] {
  return globSync(`app/${folder}/**/page.tsx`)
    .map((file) => file.replace(/^app/, "").replace(/\/page\.tsx$/, ""))
    .map((path) => path.replace(/\/\(\w+\)/g, "").replace(/\[(\w+)\]/g, (_, name: string) => examples[name] ?? name))
    .map((path) => path || "/")
    .toSorted();
}

test.beforeAll(async () => {
  await addOpenai(running);
  const plan = await admin<{ id: string }>(server, "POST", "/plans", { name: "Business", dailyTokenLimit: 50_000 });
  const tenant = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH", planId: plan.id });
  await admin(server, "PATCH", `/tenants/${tenant.id}`, { dailyTokenLimit: 60_000, dailyTokenLimitReason: "launch" });
  const key = await admin<{ secret: string }>(server, "POST", `/tenants/${tenant.id}/keys`, { name: "Web shop" });
  const sdk = new OpenAI({ apiKey: key.secret, baseURL: `${server.url}/api/proxy/openai/v1`, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "Hello!" }];
  for (let count = 0; count < 3; count++) await sdk.chat.completions.create({ model: "gpt-4o-mini", messages });
});

/** Whatever a page says on the console, throws, or asks for and does not get; what is given up by leaving it does not count. */
function watch(page: Page): string[] {
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`${page.url()} says ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`${page.url()} throws ${error.message}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") problems.push(`${request.url()} fails: ${reason}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.url()} answers ${response.status()}`);
  });
  return problems;
}

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(server.url + path);
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await page.waitForLoadState("networkidle");
}

async function enterOverview(page: Page): Promise<void> {
  await enter(page);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
}

test("no page says anything on the console or asks for what it does not get: not before sign-in, and to nobody of the staff", async ({
  page,
}) => {
  const problems = watch(page);
  for (const path of pagesIn("{login,forgot,setup,welcome,api-docs}")) await visit(page, path);

  await page.goto(`${server.url}/login`);
  await enterOverview(page);
  const paths = [...pagesIn("(admin)"), ...pagesIn("(client)").map((path) => `${path}?tenant=acme-gmbh`)];
  expect(paths.length).toBeGreaterThan(18);
  for (const path of [...paths, ...pagesIn("account")]) await visit(page, path);
  expect(problems).toEqual([]);
});

test("an address that leads nowhere says so, and leads back", async ({ page }) => {
  await page.goto(`${server.url}/no/such/page`);
  await expect(page.getByRole("heading", { level: 1, name: "This page does not exist" })).toBeVisible();
  await page.getByRole("link", { name: "Go to the start" }).click();
  await enterOverview(page);
  await page.goto(`${server.url}/clients/nobody/limits`);
  await expect(page.getByRole("heading", { level: 1, name: "There is nothing here" })).toBeVisible();
  await page.getByRole("link", { name: "All clients" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Clients" })).toBeVisible();
});

test("a month's statement fits on a sheet, in light colours and without anything to press", async ({ page }) => {
  await page.goto(`${server.url}/login`);
  await enterOverview(page);
  await page.goto(`${server.url}/clients/acme-gmbh`);
  await page.getByRole("link", { name: "Statement of the month" }).click();
  await expect(page.getByRole("heading", { name: /Statement for/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /Web shop/ })).toContainText("3");
  await expect(page.getByRole("row", { name: /^Total/ })).toContainText("66");

  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(page.getByRole("button")).toHaveCount(0);
  await expect(page.getByRole("navigation")).toHaveCount(0);
  const sheet = await page.pdf({ format: "A4" });
  expect(sheet.toString("latin1").match(/\/Type \/Page\b(?!s)/g)).toHaveLength(1);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("light");
});
