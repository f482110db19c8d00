import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import OpenAI from "openai";
import type { Browser, Page } from "playwright";
import { owner, startInstallation } from "./installation";
import { openPage } from "./shots";

type Tour = { browser: Browser; folder: string; report(line: string): void };

/** The README's pictures: its first steps as somebody takes them, and the overview of an agency at work. */
export async function takeTour({ browser, folder, report }: Tour): Promise<void> {
  await mkdir(folder, { recursive: true });
  const context = await browser.newContext({
    viewport: { width: 1120, height: 760 },
    colorScheme: "light",
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
  });
  const page = await context.newPage();
  const take = async (name: string) => {
    await page.evaluate(() => document.fonts.ready.then(() => {}));
    await page.screenshot({ path: join(folder, `${name}.png`) });
    report(`${folder}/${name}.png`);
  };

  await takeFirstSteps(page, take);
  const agency = await startInstallation("much");
  try {
    const session = { name: "next-auth.session-token", value: agency.staff as string, url: agency.server.url };
    await context.addCookies([session]);
    await openPage(page, agency.server.url);
    await take("overview");
  } finally {
    await agency.stop();
  }
  await context.close();
}

async function takeFirstSteps(page: Page, take: (name: string) => Promise<void>): Promise<void> {
  const { server, upstream, stop } = await startInstallation("new");
  try {
    await openPage(page, `${server.url}/setup`);
    await page.getByLabel("Agency name").fill(owner.agencyName);
    await page.getByLabel("Your name").fill(owner.name);
    await page.getByLabel("E-mail").fill(owner.email);
    await page.getByLabel("Password").fill(owner.password);
    await take("1-set-up");
    await page.getByRole("button", { name: "Create the console" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();

    const dialog = page.getByRole("dialog");
    await openPage(page, `${server.url}/providers`);
    await page.getByRole("button", { name: "Add provider" }).first().click();
    await dialog.getByLabel("Vendor", { exact: true }).click();
    await page.getByRole("option", { name: "OpenAI", exact: true }).click();
    await dialog.getByLabel("Credential").fill("sk-proj-0123456789abcdef");
    await take("2-provider");
    await dialog.getByLabel("Base URL").fill(upstream.url);
    await dialog.getByRole("button", { name: "Save provider" }).click();
    await dialog.waitFor({ state: "hidden" });

    await openPage(page, `${server.url}/clients`);
    await page.getByRole("button", { name: "New client" }).first().click();
    await dialog.getByLabel("Name").fill("Acme GmbH");
    await take("3-client");
    await dialog.getByRole("button", { name: "Create client" }).click();
    await page.getByRole("heading", { level: 1, name: "Acme GmbH" }).waitFor();

    await openPage(page, `${server.url}/clients/acme-gmbh`);
    await page.getByRole("button", { name: "New key" }).click();
    await dialog.getByLabel("Name").fill("Web shop");
    await dialog.getByRole("button", { name: "Create key" }).click();
    const secret = await page.getByLabel("Secret", { exact: true }).textContent();
    await dialog.getByText("/api/proxy/openai/v1").first().waitFor();
    await take("4-key");

    const openai = new OpenAI({ apiKey: secret ?? "", baseURL: `${server.url}/api/proxy/openai/v1` });
    await openai.chat.completions.create({ model: "gpt-4o-mini", messages: [{ role: "user", content: "Hello!" }] });
    await openPage(page, `${server.url}/clients/acme-gmbh`);
    await take("5-first-call");
  } finally {
    await stop();
  }
}
