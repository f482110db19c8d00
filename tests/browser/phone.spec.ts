import { expect, type Page } from "@playwright/test";
import { admin } from "../server";
import { useAcme } from "./acme";
import { act, test } from "./console";

const { acme, call, enterAsManager, enterAsStaff, keyNamed, server } = useAcme();

test.use({ viewport: { width: 390, height: 844 } });

test("on a phone the list of keys tells state and last call of each, and what can be done with it", async ({
  page,
}) => {
  await call(keyNamed("Search"));
  await enterAsStaff(page);
  await page.goto(`${server.url}/clients/acme-gmbh/keys`);
  const rowOf = (name: string) => page.getByRole("row", { name: new RegExp(name) });
  await expect(rowOf("Search").getByText(/^Last call (just now|\d+\s[sm] ago)$/)).toBeVisible();
  await expect(rowOf("Search").getByText("Active")).toBeVisible();
  await expect(rowOf("Wiki").getByText("No call yet").first()).toBeVisible();
  await expect(rowOf("Legal").getByText("Revoked")).toBeVisible();
  await expect(rowOf("Old plugin").getByText("Legacy")).toBeVisible();
  expect(await widthOf(page)).toBe(390);

  await page.getByRole("button", { name: "Forum", exact: true }).click();
  const drawer = page.getByRole("dialog", { name: "Forum" });
  await expect(drawer.getByRole("button", { name: "Revoke" })).toBeInViewport();
  await drawer.getByRole("button", { name: "Close" }).click();

  await act(page, /Forum/, "Rotate key");
  await expect(page.getByRole("dialog").getByRole("button", { name: "Rotate key" })).toBeInViewport();
  await page.keyboard.press("Escape");

  // With a space, which no key's prefix has.
  await page.getByRole("searchbox").fill("cafe s");
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(rowOf("Café Shop")).toBeVisible();
});

test("on a phone a client's own list of keys tells what each has used", async ({ page }) => {
  await call(keyNamed("Blog"));
  await enterAsManager(page);
  const keys = page.getByRole("region", { name: "Your keys" });
  await expect(keys.getByRole("row", { name: /Blog/ })).toContainText(/Active.*42/);
  await expect(keys.getByRole("row", { name: /Legal/ })).toContainText("Revoked");
  await expect(keys.getByRole("row", { name: /Old plugin/ })).toHaveCount(0);
  // What is above the keys is there too: while it comes, it may move them.
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await expect(page.getByText(/this month comes to about|A forecast for this month/)).toBeVisible();
  await page.waitForLoadState("networkidle");
  await act(page, /^Wiki/, "Revoke key");
  await expect(page.getByRole("alertdialog", { name: "Revoke Wiki?" })).toContainText("Every app that uses this key");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Actions for Wiki" })).toBeFocused();
  expect(await widthOf(page)).toBe(390);
});

test("on a phone the list of requests shows how a long name begins, on whichever side that is", async ({ page }) => {
  const name = "החנות המקוונת של הסניף הצפוני, מאז האביב";
  const key = await admin<{ secret: string }>(server, "POST", `/tenants/${acme.tenantId}/keys`, { name });
  await call(key);
  await enterAsManager(page);
  await page.goto(`${server.url}/usage/requests`);
  const shown = page.getByRole("table", { name: "Requests" }).getByText(name);
  await expect(shown).toBeVisible();
  const isBeginningSeen = await shown.evaluate((element) => {
    const letter = document.createRange();
    letter.setStart(element.firstChild as Text, 0);
    letter.setEnd(element.firstChild as Text, 1);
    const [{ left, right }, cell] = [letter.getBoundingClientRect(), element.closest("td")?.getBoundingClientRect()];
    return cell !== undefined && left >= cell.left && right <= cell.right;
  });
  expect(isBeginningSeen).toBe(true);
  expect(await widthOf(page)).toBe(390);
});

function widthOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}
