import { expect } from "@playwright/test";
import { enter, password, signIn, test, useConsole } from "./console";

const { server } = useConsole();

test("an invited colleague chooses a password, comes in by the link to a page, and is out once removed", async ({
  page,
  browser,
}) => {
  await page.goto(`${server.url}/team?x=1`);
  await expect(page).toHaveURL(`${server.url}/login?to=%2Fteam%3Fx%3D1`);
  await enter(page);
  await expect(page).toHaveURL(`${server.url}/team?x=1`);

  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("Name").fill("Vera Viewer");
  await page.getByLabel("E-mail").fill("vera@example.test");
  await page.getByRole("dialog").getByRole("button", { name: "Invite" }).click();
  const first = await page.getByLabel("Link", { exact: true }).textContent();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row", { name: /Vera Viewer/ })).toContainText("Invited");

  await page.getByRole("button", { name: "Actions for Vera Viewer" }).click();
  await page.getByRole("menuitem", { name: "New invitation link" }).click();
  await page.getByRole("button", { name: "Make link" }).click();
  const link = await page.getByLabel("Link", { exact: true }).textContent();
  expect(link).not.toBe(first);
  await page.getByRole("button", { name: "Done" }).click();

  const vera = await (await browser.newContext()).newPage();
  await vera.goto(first as string);
  await expect(vera.getByRole("heading", { name: "This link works no more" })).toBeVisible();
  await vera.goto(link as string);
  await vera.getByLabel("Password").fill(password);
  await vera.getByLabel("The same again").fill(password);
  await vera.getByRole("button", { name: "Choose password" }).click();
  await expect(vera.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expect(vera.getByRole("link", { name: "Team" })).toHaveCount(0);
  // What a viewer cannot do is no first step.
  await expect(vera.getByText("No clients yet")).toBeVisible();
  await expect(vera.getByRole("region", { name: "First steps" })).toHaveCount(0);
  await vera.goto(`${server.url}/settings`);
  await expect(vera.getByRole("button", { name: "Save settings" })).toHaveCount(0);

  await page.getByRole("button", { name: "Actions for Vera Viewer" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  // While the dialog is open, nothing behind it has a role.
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await expect(page.getByRole("row", { name: /Vera Viewer/ })).toHaveCount(0);
  await vera.goto(`${server.url}/clients`);
  await expect(vera).toHaveURL(`${server.url}/login?to=%2Fclients`);
});

test("signing in leads to no other site", async ({ page }) => {
  await page.goto(`${server.url}/login?to=${encodeURIComponent("//evil.test/")}`);
  await signIn(page);
  await expect(page).toHaveURL(`${server.url}/`);
});
