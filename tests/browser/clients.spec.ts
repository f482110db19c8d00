import { expect, type Page } from "@playwright/test";
import { admin } from "../server";
import { enter, test, useConsole } from "./console";

const { server } = useConsole();

test.beforeAll(async () => {
  const plan = await admin<{ id: string }>(server, "POST", "/plans", { name: "Business", dailyTokenLimit: 50_000 });
  await admin(server, "POST", "/plans", { name: "Small", dailyTokenLimit: 1_000 });
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

  await page.getByLabel("Search clients").fill("client 59");
  await expect(rows(page)).toHaveCount(1);
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
