import { expect, type Page } from "@playwright/test";
import OpenAI from "openai";
import { admin } from "../server";
import { violationsOf } from "./axe";
import { addOpenai, enter, test, useConsole } from "./console";

const running = useConsole();
const { server } = running;

let tenantId: string;

test.beforeAll(async () => {
  tenantId = (await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH" })).id;
  await addOpenai(running);
});

test("the agency's words follow those of a refusal, from the next call on", async ({ page }) => {
  const { secret } = await admin<{ secret: string }>(server, "POST", `/tenants/${tenantId}/keys`, { name: "shop" });
  await admin(server, "PATCH", `/tenants/${tenantId}`, { dailyTokenLimit: 0 });
  await openSettings(page);
  await page.getByLabel("Your words beside a refusal").fill("Write to help@harbour.test.");
  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByText("Settings saved", { exact: true })).toBeVisible();

  const openai = new OpenAI({ apiKey: secret, baseURL: `${server.url}/api/proxy/openai/v1`, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "Hello?" }];
  const refusal = await openai.chat.completions.create({ model: "gpt-4o-mini", messages }).catch((error) => error);
  expect(refusal).toMatchObject({ code: "insufficient_quota" });
  expect(refusal.message).toMatch(/^429 You exceeded your current quota: .* Write to help@harbour\.test\.$/);
});

test("the agency's picture stands in the console and at sign-in, and what is none is refused", async ({ page }) => {
  await openSettings(page);
  const file = page.getByLabel("Logo file");
  await file.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from("<svg/>") });
  await expect(page.getByText("A logo is a PNG, JPEG or WebP picture.")).toBeVisible();
  await file.setInputFiles("public/readme/overview.png");
  await expect(page.getByRole("img", { name: "Your logo" })).toBeVisible();
  const shown = page.locator("img[src^='/api/logo?v=']").first();
  expect(await shown.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0)).toBe(true);
  // It is wider than it is high, and is not squeezed into a square: it keeps the height of one.
  const inSidebar = page.locator("header img[src^='/api/logo?v=']:visible");
  await expect.poll(async () => (await inSidebar.boundingBox())?.height).toBe(20);
  await expect.poll(async () => (await inSidebar.boundingBox())?.width).toBeGreaterThan(20);
  expect(await violationsOf(page)).toEqual([]);

  await page.context().clearCookies();
  await page.goto(`${server.url}/login`);
  await expect(page.locator("img[src^='/api/logo?v=']")).toBeVisible();
  await openSettings(page);
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("img", { name: "Your logo" })).toHaveCount(0);
});

test("how long calls are kept is changed after a look at what would go, for all and for one client", async ({
  page,
}) => {
  const old = new Date(Date.now() - 150 * 86_400_000).toISOString();
  const csv = await fetch(`${server.url}/api/admin/tenants/${tenantId}/usage-import`, {
    method: "POST",
    headers: { authorization: "Bearer test-admin-token-0123456789" },
    body: `time,requests,tokens\n${old},12,1200\n`,
  });
  expect(csv.status).toBe(200);
  await openSettings(page);
  const section = page.getByRole("region", { name: "How long calls are kept" });
  await expect(section).toContainText("Every call is kept for ever.");

  await section.getByRole("button", { name: "Add exception" }).click();
  await page.getByLabel("Client", { exact: true }).fill("acm");
  await page.getByRole("list", { name: "Clients found" }).getByRole("button", { name: "Acme GmbH" }).click();
  await page.getByLabel("Months before the present one").fill("24");
  await expect(page.getByText("Nothing goes now.")).toBeVisible();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(section.getByRole("listitem")).toContainText("24 months");

  await section.getByRole("button", { name: /Change how long calls of Acme/ }).click();
  await page.getByLabel("Months before the present one").fill("2");
  await expect(page.getByText(/12 calls from before .* go within hours/)).toBeVisible();
  await page.getByLabel("Months before the present one").fill("");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(section.getByRole("listitem")).toHaveCount(0);

  await section.getByRole("button", { name: "Change", exact: true }).click();
  await page.getByLabel("Months before the present one").fill("3");
  await expect(page.getByText(/12 calls of 1 client from before/)).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await expect(section).toContainText("the present month and the 3 months before it");
});

test("who gets alerts by e-mail is changed beside the other settings, and it is said that none can be sent", async ({
  page,
}) => {
  await openSettings(page);
  const section = page.getByRole("region", { name: "Alerts by e-mail" });
  await expect(section).toContainText("Nobody is told");
  await expect(section).toContainText("No mail can be sent");
  // What is written in the form above stays, and can be saved after.
  await page.getByLabel("Name", { exact: true }).fill("Harbour Digital & Co");

  await section.getByRole("button", { name: "Change" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Alerts by e-mail" });
  const addresses = dialog.getByLabel("Who is told");
  await addresses.fill("Ops@harbour.test, nobody");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText("“nobody” is not an e-mail address");
  await expect(addresses).toBeFocused();
  await addresses.fill("Ops@harbour.test\nowner@harbour.test\n");
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(section.getByRole("listitem")).toHaveText(["ops@harbour.test", "owner@harbour.test"]);
  await expect(section.getByRole("button", { name: "Change" })).toBeFocused();

  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByText("Settings saved", { exact: true })).toBeVisible();
  await page.reload();
  await expect(section.getByRole("listitem")).toHaveCount(2);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Harbour Digital & Co");
});

async function openSettings(page: Page): Promise<void> {
  await page.goto(`${server.url}/login?to=/settings`);
  await enter(page);
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
}
