import { expect } from "@playwright/test";
import { admin, adminToken } from "../server";
import { violationsOf } from "./axe";
import { act, enter, test, useConsole } from "./console";

const { server } = useConsole();

test.beforeAll(async () => {
  const business = { name: "Business", dailyTokenLimit: 50_000 };
  const { id: planId } = await admin<{ id: string }>(server, "POST", "/plans", business);
  await takeOn("Acme GmbH", planId, 30_000);
  await takeOn("Borealis", planId, 10_000);
});

test("a plan is edited in sight of whom that would have met, duplicated, made the default and retired", async ({
  page,
}) => {
  await page.goto(`${server.url}/plans`);
  await enter(page);
  const business = page.getByRole("row", { name: /^Business/ });
  const effect = page.getByRole("region", { name: "Effect on clients" });

  await test.step("a lower limit names who would have been refused, and how", async () => {
    await page.getByRole("button", { name: "Business", exact: true }).click();
    await expect(effect).toHaveCount(0);
    await page.getByLabel("Daily token limit").fill("20k");
    await expect(effect).toContainText("1 of 2 clients would have been refused calls in the last 30 days");
    await expect(effect.getByRole("listitem").filter({ hasText: "Acme GmbH" })).toContainText(
      /on 1 day more than 20\sk tokens, 10\sk beyond it/,
    );
    expect(await violationsOf(page)).toEqual([]);
    await page.getByLabel("Daily token limit").fill("40k");
    await expect(effect).toContainText("none of its 2 clients would have been refused more");
    await page.getByLabel("Models without a price").click();
    await page.getByRole("option", { name: "Let their calls pass, uncounted" }).click();
    await page.getByLabel(/Fee a month/).fill("249.50");
    await page.getByRole("button", { name: "Save plan" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(business).toContainText(/\$249\.50.*40/);
  });

  await test.step("a duplicate starts from the same limits", async () => {
    await act(page, /^Business/, "Duplicate plan");
    await expect(page.getByLabel("Models without a price")).toContainText("Let their calls pass");
    await page.getByLabel("Name").fill("Enterprise");
    await page.getByRole("button", { name: "Create plan" }).click();
    await expect(page.getByRole("row", { name: /^Enterprise/ })).toContainText(/\$249\.50.*40/);
  });

  await test.step("another plan is made the default", async () => {
    await act(page, /^Enterprise/, "Make default");
    await page.getByRole("alertdialog").getByRole("button", { name: "Make default" }).click();
    await expect(page.getByRole("row", { name: /^Enterprise/ })).toContainText("Default");
  });

  await test.step("a retired plan keeps its clients and is not offered to others", async () => {
    await act(page, /^Business/, "Retire plan");
    await expect(page.getByRole("alertdialog")).toContainText("2 clients stay on it");
    await page.getByRole("alertdialog").getByRole("button", { name: "Retire plan" }).click();
    await expect(business).toContainText(/Retired.*2/);

    await page.goto(`${server.url}/clients`);
    await page.getByRole("button", { name: "New client" }).first().click();
    await page.getByRole("dialog").getByLabel("Plan", { exact: true }).click();
    await expect(page.getByRole("option", { name: /Enterprise/ }).first()).toBeVisible();
    await expect(page.getByRole("option", { name: /Business/ })).toHaveCount(0);
    await page.goto(`${server.url}/plans`);
    await act(page, /^Business/, "Put back on offer");
    await expect(business).not.toContainText("Retired");
  });
});

/** A client with so many tokens used yesterday. */
async function takeOn(name: string, planId: string, tokens: number): Promise<void> {
  const { id } = await admin<{ id: string }>(server, "POST", "/tenants", { name, planId, timeZone: "UTC" });
  const yesterday = new Date(Date.now() - 24 * 3_600_000).toISOString();
  await fetch(`${server.url}/api/admin/tenants/${id}/usage-import`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminToken}` },
    body: `time,requests,tokens\n${yesterday},1,${tokens}\n`,
  });
}
