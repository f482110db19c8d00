import { expect } from "@playwright/test";
import { useAcme } from "./acme";
import { test } from "./console";

const { call, enterAsStaff, keyNamed, server } = useAcme();

test("the ledger is filtered, and a call opens with all that is known of it", async ({ page }) => {
  await enterAsStaff(page);
  await page.goto(`${server.url}/clients/acme-gmbh/requests`);
  await call(keyNamed("Search"));
  const table = page.getByRole("table", { name: "Requests" });
  await expect(table.getByRole("row", { name: /Search/ })).toBeVisible();
  await page.getByRole("combobox", { name: "Key" }).click();
  await page.getByRole("option", { name: "Search" }).click();
  await expect(table.getByRole("row")).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Model or request id" }).fill("no-such-model");
  await expect(page.getByText("No call matches")).toBeVisible();
  await page.getByRole("searchbox", { name: "Model or request id" }).fill("GPT");

  await table.getByRole("row", { name: /Search/ }).click();
  const drawer = page.getByRole("dialog", { name: "Request" });
  await expect(drawer.getByRole("region", { name: "Tokens" })).toContainText("42");
  await expect(drawer.getByRole("button", { name: "Copy request id" })).toBeVisible();
  await page.reload();
  await expect(drawer.getByRole("region", { name: "Call" })).toContainText("gpt-4o-mini");
  await page.keyboard.press("Escape");
  await expect(drawer).toBeHidden();
});
