import { expect, type Page } from "@playwright/test";
import { admin } from "../server";
import { enter, test, useConsole } from "./console";

const { server } = useConsole();

test.beforeAll(async () => {
  const plan = await admin<{ id: string }>(server, "POST", "/plans", { name: "Business", dailyTokenLimit: 50_000 });
  await admin(server, "POST", "/plans", { name: "Small", dailyTokenLimit: 1_000 });
  await admin(server, "POST", "/plans", {
    name: "Enterprise with everything, for the group and all of its subsidiaries",
  });
  for (let number = 1; number <= 60; number++) {
    await admin(server, "POST", "/tenants", { name: `Client ${String(number).padStart(2, "0")}`, planId: plan.id });
  }
});

test.beforeEach(async ({ page }) => {
  await page.goto(`${server.url}/login`);
  await enter(page);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await page.goto(`${server.url}/clients`);
});

const rows = (page: Page) => page.getByRole("row", { name: /Client \d\d/ });
const row = (page: Page, name: string) => page.getByRole("row", { name: new RegExp(name) });

test("clients come by pages, and are searched, sorted and filtered on the server; the address keeps it", async ({
  page,
}) => {
  await expect(page.getByText("60 clients", { exact: true })).toBeVisible();
  await expect(rows(page)).toHaveCount(50);
  await page.getByRole("button", { name: "Load more" }).click();
  await expect(rows(page)).toHaveCount(60);
  await expect(page.getByText("That is all.")).toBeVisible();

  await page.getByLabel("Search clients").fill("client 59");
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByText("That is all.")).toBeHidden();
  await expect(page.getByText("1 client found")).toBeVisible();
  await page.getByLabel("Search clients").fill("");
  await page.getByRole("button", { name: "Client", exact: true }).click();
  await expect(rows(page).first()).toContainText("Client 60");
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "Client", exact: true })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
  await expect(rows(page).first()).toContainText("Client 60");

  await page.getByRole("combobox", { name: "Plan" }).click();
  await page.getByRole("option", { name: "Small" }).click();
  await expect(page.getByText("No client matches")).toBeVisible();
  await page.getByRole("button", { name: "Show all clients" }).click();
  await expect(rows(page)).toHaveCount(50);
});

test("several are suspended together after each is named, and the toast takes it back", async ({ page }) => {
  for (const name of ["Client 03", "Client 07"]) await page.getByRole("checkbox", { name: `Select ${name}` }).click();
  await expect(page.getByText("2 clients selected")).toBeVisible();
  await page.getByRole("button", { name: "Suspend", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Suspend 2 clients?" });
  await expect(dialog.getByRole("listitem")).toHaveText(["Client 03", "Client 07"]);
  await dialog.getByRole("button", { name: "Suspend 2 clients" }).click();
  await expect(dialog).toBeHidden();
  await expect(row(page, "Client 03")).toContainText("Suspended");
  await expect(row(page, "Client 07")).toContainText("Suspended");
  await expect(row(page, "Client 04")).not.toContainText("Suspended");

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Suspended", { exact: true })).toHaveCount(0);
});

test("of several that are put on another plan, those that could not be are told and stay chosen", async ({ page }) => {
  for (const name of ["Client 10", "Client 11"]) await page.getByRole("checkbox", { name: `Select ${name}` }).click();
  await page.getByRole("button", { name: "Change plan" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the plan of 2 clients?" });
  await dialog.getByRole("button", { name: "Change the plan of 2 clients" }).click();
  await expect(dialog).toContainText("Choose a plan");
  await dialog.getByLabel("Plan").click();
  await page.getByRole("option", { name: /Small/ }).click();

  // A colleague archives one of them meanwhile.
  const { items } = await admin<{ items: { id: string }[] }>(server, "GET", "/tenants?search=client-11");
  await admin(server, "DELETE", `/tenants/${items[0]?.id}`);
  await dialog.getByRole("button", { name: "Change the plan of 2 clients" }).click();
  await expect(dialog.getByRole("list", { name: "Not changed" })).toContainText("Client 11: This client is archived");
  await expect(dialog).toContainText("1 could not be changed, 1 is on the new plan");
  await dialog.getByRole("button", { name: "Close" }).first().click();
  await expect(row(page, "Client 10")).toContainText("Small");
});

test("an archived client leaves the list, is brought back by the toast, and later from among those archived", async ({
  page,
}) => {
  const archive = async () => {
    await page.getByRole("button", { name: "Actions for Client 20" }).click();
    await page.getByRole("menuitem", { name: "Archive client" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Archive client" }).click();
    await expect(page.getByRole("alertdialog")).toHaveCount(0);
    await expect(row(page, "Client 20")).toHaveCount(0);
  };
  await archive();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row(page, "Client 20")).toBeVisible();

  await archive();
  await page.goto(`${server.url}/clients?status=archived`);
  await page.getByRole("button", { name: "Actions for Client 20" }).click();
  await page.getByRole("menuitem", { name: "Restore client" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Restore client" }).click();
  await expect(page.getByText("Client 20 is back", { exact: true })).toBeVisible();
  await page.goto(`${server.url}/clients/client-20`);
  await expect(page.getByRole("button", { name: "Suspend" })).toBeVisible();
});

test("a client is edited in its row of the list", async ({ page }) => {
  await page.getByRole("button", { name: "Actions for Client 03" }).click();
  await page.getByRole("menuitem", { name: "Edit client" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Client 03 and sons");
  await page.getByRole("dialog").getByRole("button", { name: "Save client" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(row(page, "Client 03 and sons")).toBeVisible();
});

test("Escape closes the list of a field, and the dialog with what is written in it only after that", async ({
  page,
}) => {
  await page.getByRole("button", { name: "Actions for Client 05" }).click();
  await page.getByRole("menuitem", { name: "Edit client" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Client 05 and daughters");
  await dialog.getByLabel("Time zone").click();
  await expect(page.getByRole("option", { name: "UTC", exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("option")).toHaveCount(0);
  await expect(dialog.getByLabel("Name")).toHaveValue("Client 05 and daughters");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
});

test("on a phone what can be done to those chosen stays in reach, and a list of choices on the screen", async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("checkbox", { name: "Select Client 30" }).click();
  const bar = page.getByRole("region", { name: "Chosen clients" });
  await page.getByRole("row", { name: /Client 50/ }).scrollIntoViewIfNeeded();
  expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(400);
  const top = await bar.evaluate((element) => {
    const { left, top } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + 20, top + 4));
  });
  expect(top).toBe(true);

  await bar.getByRole("button", { name: "Change plan" }).click();
  await page.getByRole("dialog").getByLabel("Plan").click();
  const option = page.getByRole("option", { name: /Enterprise with everything/ });
  await expect(option).toBeVisible();
  const { x = 0, width = 0 } = (await page.getByRole("listbox").boundingBox()) ?? {};
  expect(x).toBeGreaterThanOrEqual(0);
  expect(x + width).toBeLessThanOrEqual(390);
  expect(await option.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
});
