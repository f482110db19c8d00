import { expect, type Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { violationsOf } from "./axe";
import { owner, password, signIn, test, useConsole } from "./console";

const { server } = useConsole();

test("a second step is set up, asked for at sign-in, stood in for by a recovery code, and turned off", async ({
  page,
}) => {
  await enter(page, password);
  await page.getByRole("button", { name: "Your account: Olive Owner" }).first().click();
  await page.getByRole("menuitem", { name: "Your sign-in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Your sign-in" })).toBeVisible();

  await page.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password").fill(password);
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  const secret = (await dialog.getByLabel("Key", { exact: true }).textContent()) ?? "";
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  await dialog.getByLabel("Code", { exact: true }).fill(app.generate());
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await expect(dialog.getByRole("list", { name: "Recovery codes" })).toBeVisible();
  const codes = await dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").allTextContents();
  expect(codes).toHaveLength(10);
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("10 recovery codes left.")).toBeVisible();

  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await enter(page, password);
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("This code is not right, or was used already.")).toBeVisible();
  await page.getByLabel("Code").fill(codes[0] as string);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();

  await page.goto(`${server.url}/account`);
  await expect(page.getByText("9 recovery codes left.")).toBeVisible();
  await page.getByRole("button", { name: "Turn off" }).click();
  await dialog.getByLabel("Password").fill(password);
  await dialog.getByRole("button", { name: "Turn off" }).click();
  await expect(page.getByRole("button", { name: "Set up" })).toBeVisible();
});

test("after a failure at the identity provider the password still lets in", async ({ page }) => {
  await enter(page, password, "/login?error=AccessDenied");
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
});

test("another password is chosen; this browser stays, the others are out", async ({ page, browser }) => {
  await enter(page, password);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  const elsewhere = await (await browser.newContext()).newPage();
  await enter(elsewhere, password);
  await expect(elsewhere.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();

  await page.goto(`${server.url}/account`);
  const change = async (chosen: string) => {
    await page.getByLabel("Present password").fill(password);
    await page.getByLabel("New password").fill(chosen);
    await page.getByLabel("The same again").fill(chosen);
    await page.getByRole("button", { name: "Change password" }).click();
  };
  await change("Password2026!");
  await expect(page.getByText("Is among those that were stolen most often")).toBeVisible();
  await change("another horse, another battery");
  await expect(page.getByText("Password changed", { exact: true })).toBeVisible();

  await page.goto(`${server.url}/clients`);
  await expect(page.getByRole("heading", { level: 1, name: "Clients" })).toBeVisible();
  await elsewhere.goto(`${server.url}/clients`);
  await expect(elsewhere).toHaveURL(/\/login/);
});

async function enter(page: Page, chosen: string, path = "/login"): Promise<void> {
  await page.goto(server.url + path);
  await signIn(page, { ...owner, password: chosen });
}
