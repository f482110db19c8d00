import { globSync } from "node:fs";
import { expect } from "@playwright/test";
import { admin } from "../server";
import { violationsOf } from "./axe";
import { password, test, useConsole } from "./console";

const { server } = useConsole({ agency: null });

/** Each page of the console as it is there, and the one on its API. */
const staffPages = [
  ...globSync("app/(admin)/**/page.tsx").map(
    (file) =>
      file
        .replace("app/(admin)", "")
        .replace("/page.tsx", "")
        .replace("[slug]", "acme-gmbh")
        .replace("[provider]", "openai") || "/",
  ),
  "/account",
  "/api-docs",
];

test.beforeAll(async () => {
  const { id: planId } = await admin<{ id: string }>(server, "POST", "/plans", {
    name: "Business",
    dailyTokenLimit: 50_000,
  });
  const { id } = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH", planId });
  await admin(server, "POST", `/tenants/${id}/keys`, { name: "Web shop", monthlyRequestLimit: 1_000 });
  await admin(server, "POST", "/providers", {
    slug: "openai",
    name: "OpenAI",
    vendor: "openai",
    credential: "sk-test",
  });
});

test("no page has a barrier that axe finds, or says anything on the console, in either theme, wide or narrow", async ({
  page,
}) => {
  const problems: string[] = [];
  page.on("console", (message) => message.type() === "error" && problems.push(`${page.url()} ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${page.url()} ${error.message}`));
  const violationsHere = async () => {
    const violations = await violationsOf(page);
    return violations.map(({ id, nodes }) => `${page.url()} ${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  };

  await page.goto(`${server.url}/setup`);
  await expect(page.getByLabel("Agency name")).toBeVisible();
  expect(await violationsHere()).toEqual([]);
  await page.getByLabel("Agency name").fill("Harbour Digital");
  await page.getByLabel("Your name").fill("Olive Owner");
  await page.getByLabel("E-mail").fill("owner@example.test");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create the console" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();

  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      for (const path of staffPages) {
        await page.goto(server.url + path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        expect(await violationsHere()).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      }
    }
  }
  // What a page's security policy refuses is told there too.
  expect(problems).toEqual([]);
});
