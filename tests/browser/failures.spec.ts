import { expect } from "@playwright/test";
import { violationsOf } from "./axe";
import { enter, owner, test, useConsole } from "./console";
import { execute } from "./users";

const { server, database } = useConsole();

test("what the server cannot show says so, with what it means for calls, and is there once it can", async ({
  page,
}) => {
  await page.goto(`${server.url}/plans`);
  await enter(page);
  await expect(page.getByRole("heading", { level: 1, name: "Plans" })).toBeVisible();

  await test.step("a page, beside what still works", async () => {
    await execute(database, "alter table plan rename to plan_away", []);
    await page.goto(`${server.url}/plans`);
    await expect(page.getByRole("heading", { level: 1, name: "This page could not be shown" })).toBeVisible();
    await expect(page.getByRole("alert").filter({ hasText: "Calls do not pass through this page" })).toBeVisible();
    await expect(page.getByRole("navigation").getByRole("link", { name: "Audit" })).toBeVisible();
    await execute(database, "alter table plan_away rename to plan", []);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Plans" })).toBeVisible();
  });

  await test.step("all of it, where not even who is signed in can be known", async () => {
    await execute(database, 'alter table "user" rename to user_away', []);
    await page.goto(`${server.url}/plans`);
    await expect(page.getByRole("heading", { level: 1, name: "This page could not be shown" })).toBeVisible();
    await expect(page.getByText("If the database is away, calls are refused until it is back.")).toBeVisible();
    await expect(page.getByRole("navigation")).toHaveCount(0);
    await execute(database, 'alter table user_away rename to "user"', []);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Plans" })).toBeVisible();
  });
});

test("a sign-in that reaches no server says so, and keeps what was typed", async ({ page }) => {
  await page.goto(`${server.url}/login`);
  await page.getByLabel("E-mail").fill(owner.email);
  await page.getByLabel("Password").fill(owner.password);
  await page.route("**/api/auth/**", (route) => route.abort());
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "The server could not be reached." })).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue(owner.email);

  await page.unroute("**/api/auth/**");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
});

test("where not even what surrounds all pages can be shown, there is still a page that says so, in the system's colours", async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: "dark" });
  // What surrounds all pages keeps the time, and cannot with this browser.
  await page.addInitScript(() => {
    const { setInterval } = window;
    window.setInterval = (() => {
      if (sessionStorage.getItem("mended") === null) throw new Error("There are no timers here.");
      return setInterval;
    }) as never;
  });
  await page.goto(`${server.url}/login`);
  await expect(page.getByRole("heading", { level: 1, name: "The console could not be shown" })).toBeVisible();
  await expect(page).toHaveTitle("Sluice");
  const [ground, text] = await page.evaluate(() => {
    const { backgroundColor, color } = getComputedStyle(document.body);
    return [backgroundColor, color];
  });
  expect(ground).not.toBe(text);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toContain("dark");

  await page.evaluate(() => sessionStorage.setItem("mended", "yes"));
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});

test("what cannot be refreshed any more says so, and since when, until it can", async ({ page }) => {
  await page.goto(`${server.url}/login?to=/`);
  await enter(page);
  const notice = page.getByRole("status").filter({ hasText: "cannot be reached" });
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expect(notice).toHaveCount(0);

  await page.route("**/api/admin/**", (route) => route.abort());
  await expect(notice).toContainText(/Not refreshed since \d\d:\d\d/, { timeout: 120_000 });
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await page.unroute("**/api/admin/**");
  await notice.getByRole("button", { name: "Refresh" }).press("Enter");
  await expect(notice).toHaveCount(0);

  await page.context().clearCookies();
  const signedOut = page.getByRole("status").filter({ hasText: "you are signed out" });
  await expect(signedOut).toContainText(/Not refreshed since \d\d:\d\d/, { timeout: 120_000 });
  await signedOut.getByRole("link", { name: "Sign in" }).press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});
