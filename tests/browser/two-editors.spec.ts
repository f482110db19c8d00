import { expect, type Page } from "@playwright/test";
import { admin } from "../server";
import { violationsOf } from "./axe";
import { act, enter, test, useConsole } from "./console";

const { server } = useConsole();

let paths: Record<"plan" | "tenant" | "key" | "provider" | "price" | "person", string>;

test.beforeAll(async () => {
  const make = async (path: string, input: object) =>
    `${path}/${(await admin<{ id: string }>(server, "POST", path, input)).id}`;
  const plan = await make("/plans", { name: "Business", dailyTokenLimit: 50_000 });
  const tenant = await make("/tenants", { name: "Acme GmbH" });
  const key = await make(`${tenant}/keys`, { name: "Web shop" });
  const provider = await make("/providers", {
    slug: "openai",
    name: "OpenAI",
    vendor: "openai",
    credential: "sk-test",
  });
  const rates = { modelPattern: "own-*", inputMicroUsd: 1_000_000, outputMicroUsd: 2_000_000 };
  const price = await make(`${provider}/prices`, { ...rates, validFrom: "2099-01-01T00:00:00Z" });
  const uma = { name: "Uma User", email: "uma@example.test", role: "member" };
  const { person } = await admin<{ person: { id: string } }>(server, "POST", `${tenant}/people`, uma);
  paths = { plan, tenant, key, provider, price, person: `${tenant}/people/${person.id}` };
});

test("of two who edit the same, the later one is told, sees what the other has written, and can save then", async ({
  page,
}) => {
  const thrown: string[] = [];
  page.on("pageerror", ({ message }) => thrown.push(message));
  await page.goto(`${server.url}/plans`);
  await enter(page);

  await test.step("a plan", async () => {
    await page.getByRole("button", { name: "Business", exact: true }).click();
    await page.getByLabel("Monthly token limit").fill("9M");
    await admin(server, "PATCH", paths.plan, { dailyTokenLimit: 70_000 });
    await page.getByRole("button", { name: "Save plan" }).click();
    await expect(page.getByRole("button", { name: "Load it again" })).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
    await saveOutdated(page, "Save plan");
    await expect(page.getByLabel("Daily token limit")).toHaveValue("70,000");
    await expect(page.getByLabel("Monthly token limit")).toHaveValue("");
    await page.getByLabel("Monthly token limit").fill("9M");
    await page.getByRole("button", { name: "Save plan" }).click();
    await expect(page.getByRole("row", { name: /Business/ })).toContainText(/70.*9\sM/);
  });

  await test.step("a key", async () => {
    await page.goto(`${server.url}/clients/acme-gmbh/keys`);
    await act(page, /Web shop/, "Edit key");
    await page.getByLabel("Name").fill("Shop");
    await admin(server, "PATCH", paths.key, { dailyTokenLimit: 5_000 });
    await saveOutdated(page, "Save key");
    await expect(page.getByLabel("Daily token limit")).toHaveValue("5,000");
    await page.getByLabel("Name").fill("Shop");
    await page.getByRole("button", { name: "Save key" }).click();
    await expect(page.getByRole("row", { name: /Shop/ })).toContainText(/5,000 tokens a day/);
  });

  await test.step("a client", async () => {
    await page.getByRole("button", { name: "More actions for Acme GmbH" }).click();
    await page.getByRole("menuitem", { name: "Edit client" }).click();
    await page.getByLabel("Name").fill("Acme AG");
    await admin(server, "PATCH", paths.tenant, { timeZone: "Europe/Vienna" });
    await saveOutdated(page, "Save client");
    await page.getByLabel("Name").fill("Acme AG");
    await page.getByRole("button", { name: "Save client" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Acme AG" })).toBeVisible();
    await expect(page.getByText("Europe/Vienna").first()).toBeVisible();
  });

  await test.step("the override of a client, whatever else of it has changed here", async () => {
    await page.goto(`${server.url}/clients/acme-gmbh/limits`);
    await page.getByLabel("Daily token limit").fill("80k");
    await page.getByRole("button", { name: "Suspend" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Suspend client" }).click();
    await expect(page.getByRole("button", { name: "Resume" })).toBeVisible();
    await page.getByRole("button", { name: "Set override" }).click();
    await expect(page.getByText("Override set", { exact: true })).toBeVisible();

    await page.getByLabel("Reason").fill("Launch");
    await admin(server, "PATCH", paths.tenant, { dailyTokenLimit: 90_000 });
    await saveOutdated(page, "Set override");
    await expect(page.getByLabel("Daily token limit")).toHaveValue("90,000");
    await admin(server, "PATCH", paths.tenant, { dailyTokenLimit: 95_000 });
    await saveOutdated(page, "Remove override");
    await page.getByRole("button", { name: "Remove override" }).click();
    await expect(page.getByText("Override removed", { exact: true })).toBeVisible();
  });

  await test.step("a role", async () => {
    await page.goto(`${server.url}/clients/acme-gmbh/people`);
    await act(page, /Uma User/, "Change role");
    await admin(server, "PATCH", paths.person, { role: "manager" });
    await saveOutdated(page, "Save role");
    await expect(page.getByLabel("Role", { exact: true })).toContainText("Manager");
    await page.getByLabel("Role", { exact: true }).click();
    await page.getByRole("option", { name: /Member/ }).click();
    await page.getByRole("button", { name: "Save role" }).click();
    await expect(page.getByRole("row", { name: /Uma User/ })).toContainText("Member");
  });

  await test.step("the settings, with what was written before the page was left", async () => {
    await page.goto(`${server.url}/settings`);
    await page.getByLabel("Your words beside a refusal").fill("Write to us.");
    await admin(server, "PATCH", "/settings", { name: "Harbour AI" });
    await page.reload();
    await expect(page.getByLabel("Your words beside a refusal")).toHaveValue("Write to us.");
    await saveOutdated(page, "Save settings");
    await expect(page.getByLabel("Name")).toHaveValue("Harbour AI");
    await page.getByLabel("Your words beside a refusal").fill("Write to us.");
    await expect(page.getByRole("figure")).toContainText(/You exceeded your current quota.*Write to us\./);
    await page.getByRole("button", { name: "Save settings" }).click();
    await expect(page.getByText("Settings saved", { exact: true })).toBeVisible();
  });

  await test.step("how long calls are kept, for all and for one client", async () => {
    const months = page.getByLabel("Months before the present one");
    const section = page.getByRole("region", { name: "How long calls are kept" });
    await section.getByRole("button", { name: "Change", exact: true }).click();
    await months.fill("3");
    await admin(server, "PATCH", "/settings", { retentionMonths: 24 });
    await saveOutdated(page, "Save");
    await expect(months).toHaveValue("24");
    await months.fill("12");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(section).toContainText("the 12 months before it");

    await section.getByRole("button", { name: "Add exception" }).click();
    await page.getByLabel("Client", { exact: true }).fill("acm");
    await page.getByRole("list", { name: "Clients found" }).getByRole("button").click();
    await months.fill("3");
    await admin(server, "PUT", `/settings/retention/${paths.tenant.replace("/tenants/", "")}`, { months: 36 });
    await saveOutdated(page, "Save");
    await expect(months).toHaveValue("36");
    await page.keyboard.press("Escape");
    await page.reload();
    await expect(section.getByRole("listitem")).toContainText("36 months");
  });

  await test.step("a provider, whose page has shown the other's change already", async () => {
    await page.goto(`${server.url}/providers/openai`);
    await page.getByRole("button", { name: "Edit" }).click();
    await admin(server, "PATCH", paths.provider, { name: "OpenAI Europe" });
    await page.getByLabel("Base URL").fill("https://eu.api.openai.com");
    await saveOutdated(page, "Save provider");
    await expect(page.getByLabel("Name")).toHaveValue("OpenAI Europe");
    await page.getByLabel("Base URL").fill("https://eu.api.openai.com");
    await page.getByRole("button", { name: "Save provider" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "OpenAI Europe" })).toBeVisible();
  });

  await test.step("a price", async () => {
    await act(page, /own-\*/, "Edit price");
    await admin(server, "PATCH", paths.price, { inputMicroUsd: 3_000_000 });
    await page.getByLabel("Output (USD)").fill("4");
    await saveOutdated(page, "Save price");
    await expect(page.getByLabel("Input (USD)", { exact: true })).toHaveValue("3");
    await page.getByLabel("Output (USD)").fill("4");
    await page.getByRole("button", { name: "Save price" }).click();
    await expect(page.getByRole("row", { name: /own-\*/ })).toContainText(/\$3\.00.*\$4\.00/);
  });
  expect(thrown).toEqual([]);
});

async function saveOutdated(page: Page, button: string): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Somebody else has changed it" })).toBeVisible();
  await page.getByRole("button", { name: "Load it again" }).click();
  await expect(page.getByRole("button", { name: "Load it again" })).toHaveCount(0);
}
