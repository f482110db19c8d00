import { expect } from "@playwright/test";
import { admin } from "../server";
import { useAcme } from "./acme";
import { test } from "./console";

const { acme, call, enterAsManager, keys, server } = useAcme();

test.describe.configure({ mode: "serial" });

test("a client sees own use without legacy or costs; a manager makes a key that works, and revokes it", async ({
  page,
}) => {
  await enterAsManager(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("left this month");
  await expect(page.getByText(/Renews .*UTC/)).toBeVisible();
  await page.emulateMedia({ media: "print" });
  for (const name of ["Playground", "How to connect"]) await expect(page.getByRole("heading", { name })).toBeHidden();
  await expect(page.getByRole("link", { name: "CSV" })).toHaveCount(0);
  await page.emulateMedia({ media: "screen" });
  const [left] = ((await page.getByRole("heading", { level: 1 }).textContent()) ?? "").split(" ");
  await expect(page.getByRole("meter").first()).toHaveAttribute("aria-valuetext", new RegExp(`; ${left} left; `));
  await expect(page.getByRole("table", { name: "Months" }).getByRole("row", { name: /so far/ })).toBeVisible();
  await expect(page.getByRole("table", { name: "Sources" }).getByRole("row", { name: /Playground/ })).toBeVisible();
  for (const hidden of ["Old plugin", "Legacy", "Cost"])
    await expect(page.getByText(hidden, { exact: true })).toHaveCount(0);

  await page.getByRole("button", { name: "New key" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Kiosk");
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
  const secret = (await page.getByLabel("Secret", { exact: true }).textContent()) ?? "";
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("button", { name: "New key" })).toBeFocused();
  expect(await call({ secret })).toBe(200);

  const connect = page.getByRole("region", { name: "How to connect" });
  await connect.getByRole("combobox", { name: "Provider" }).click();
  await page.getByRole("option", { name: /Anthropic/ }).click();
  await expect(connect).toContainText(`baseURL: "${server.url}/api/proxy/anthropic"`);

  const row = page.getByRole("table", { name: "Your keys" }).getByRole("row", { name: /Kiosk/ });
  await row.getByRole("button", { name: "Actions for Kiosk" }).click();
  await page.getByRole("menuitem", { name: "Revoke key" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke key" }).click();
  await expect(row).toContainText("Revoked");
  // The menu that it was chosen from is gone.
  await expect(page.getByRole("button", { name: "New key" })).toBeFocused();
  expect(await call({ secret })).toBe(401);
});

test("a client's page has its full height at once: what it shows first needs no script", async ({ page, browser }) => {
  await enterAsManager(page);
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const plain = await context.newPage();
  await plain.goto(page.url());
  const rowsOf = (name: string) => plain.getByRole("table", { name }).getByRole("row");
  await expect(rowsOf("Sources").filter({ hasText: "Café Shop" })).toBeVisible();
  await expect(rowsOf("Months").filter({ hasText: "so far" })).toBeVisible();
  await expect(rowsOf("Your keys").filter({ hasText: "Café Shop" })).toBeVisible();
  await expect(plain.getByRole("form", { name: "Question" })).toBeVisible();
  await context.close();
});

test("all figures of a client's page come in one answer, and change together", async ({ page }) => {
  await page.route(/\/api\/usage\/(quota|keys|monthly|sources)\?/, (route) => route.abort());
  await enterAsManager(page);
  await expect(page.getByRole("table", { name: "Months" }).getByRole("row", { name: /so far/ })).toBeVisible();
  const calls = () =>
    page.evaluate(() => {
      const textAfter = (label: string) =>
        [...document.querySelectorAll("dt")].find((term) => term.textContent === label)?.nextElementSibling
          ?.textContent;
      const [month] = document.querySelectorAll("table[aria-label=Months] tbody tr");
      return [textAfter("Calls this month"), month?.querySelectorAll("td")[1]?.textContent].map(Number);
    });
  const before = await calls();
  expect(await call(keys[0] as { secret: string })).toBe(200);
  await expect(async () => expect(await calls()).not.toEqual(before)).toPass();
  expect(await calls()).toEqual(before.map((count) => count + 1));
});

test("a client's page opens also when all keys are revoked, nothing is left and the client is suspended", async ({
  page,
}) => {
  for (const { id } of keys) await admin(server, "POST", `/tenants/${acme.tenantId}/keys/${id}/revocation`);
  await admin(server, "PATCH", `/tenants/${acme.tenantId}`, { dailyTokenLimit: 0 });
  await enterAsManager(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("0 of 0 tokens left today");
  await expect(page.getByText("The limit is set to 0, so every call is refused.")).toBeVisible();
  await expect(page.getByText(/until it renews/)).toHaveCount(0);
  await admin(server, "PATCH", `/tenants/${acme.tenantId}`, { status: "suspended" });
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Calls are paused");
  await expect(page.getByRole("table", { name: "Sources" }).getByText("Revoked").first()).toBeVisible();
});
