import { globSync } from "node:fs";
import { expect, type Locator, type Page } from "@playwright/test";
import { useAcme } from "./acme";
import { test } from "./console";

const { call, enterAsManager, enterAsStaff, keyNamed, server } = useAcme();

const mostStops = 400;

const staffPages = globSync("app/{(admin),account}/**/page.tsx").map(
  (file) =>
    file
      .replace(/^app(\/\(admin\))?/, "")
      .replace("/page.tsx", "")
      .replace("[slug]", "acme-gmbh")
      .replace("[provider]", "openai") || "/",
);

test.beforeAll(async () => {
  await call(keyNamed("Search"));
});

test("on every page each control is reached by Tab, is seen then with a ring around it, and the way ends", async ({
  page,
}) => {
  await enterAsStaff(page);
  for (const path of [...staffPages, "/api-docs"]) await expectToBeWalked(page, path);
});

test("so they are on a phone, and on a client's own pages", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await enterAsManager(page);
  for (const path of ["/usage", "/usage/requests"]) await expectToBeWalked(page, path);
  await page.context().clearCookies();
  await enterAsStaff(page);
  for (const path of ["/", "/clients", "/clients/acme-gmbh/limits"]) await expectToBeWalked(page, path);
});

test("a table is sorted, its rows are opened and their menus used by the keyboard, and focus is where it was after", async ({
  page,
}) => {
  await enterAsStaff(page);

  await test.step("sorted by a header, by Enter and by Space", async () => {
    await visit(page, "/clients/acme-gmbh/keys");
    const header = page.getByRole("columnheader", { name: "Name" });
    await header.getByRole("button").focus();
    await page.keyboard.press("Enter");
    await expect(header).toHaveAttribute("aria-sort", "ascending");
    await expect(header.getByRole("button")).toBeFocused();
    await page.keyboard.press("Space");
    await expect(header).toHaveAttribute("aria-sort", "descending");
  });

  await test.step("a row opens its details, and Escape goes back to it", async () => {
    const row = page.getByRole("button", { name: "Wiki", exact: true });
    await row.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog", { name: "Wiki" })).toBeVisible();
    await expectToStayIn(page, page.getByRole("dialog"));
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(row).toBeFocused();
  });

  await test.step("a menu opens on its first item, arrows move, its dialog gives the focus back to its button", async () => {
    const button = page.getByRole("button", { name: "Actions for Wiki" });
    await button.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menuitem", { name: "Show requests" })).toBeFocused();
    await page.keyboard.press("End");
    await expect(page.getByRole("menuitem", { name: "Revoke key" })).toBeFocused();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("alertdialog");
    await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
    await expectToStayIn(page, dialog);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(button).toBeFocused();
  });

  await test.step("the tabs of a client are one stop, of which arrows choose", async () => {
    await page.getByRole("tab", { name: "Keys" }).focus();
    for (const name of ["Sources", "Months", "Requests"]) {
      await page.keyboard.press("ArrowRight");
      await expect(page.getByRole("tab", { name })).toBeFocused();
    }
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/requests$/);
  });

  await test.step("a request opens, and Escape goes back to its row", async () => {
    const row = page.getByRole("table", { name: "Requests" }).getByRole("row").nth(1).getByRole("button").first();
    await row.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog", { name: "Request" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(row).toBeFocused();
  });
});

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(server.url + path);
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await page.waitForLoadState("networkidle");
}

/** What comes only while the page is walked is not reached on that way, but on the next. */
async function expectToBeWalked(page: Page, path: string): Promise<void> {
  await expect(async () => {
    await visit(page, path);
    expect(await walk(page), path).toEqual([]);
  }).toPass({ timeout: 240_000 });
}

/** Goes through a page by Tab from its beginning, and gives what is wrong on the way. */
async function walk(page: Page): Promise<string[]> {
  const found: string[] = [];
  const seen = await page.evaluateHandle(() => new Set<Element>());
  for (let stop = 0; ; stop++) {
    if (stop === mostStops) return [...found, "there is no end of it"];
    await page.keyboard.press("Tab");
    const problem = await seen.evaluate((seen) => {
      const element = document.activeElement;
      if (element === null || element === document.body || seen.has(element)) return null;
      seen.add(element);
      const name = `${element.tagName} ${(element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 60)}`;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      if (outlineStyle === "none" || Number.parseFloat(outlineWidth) < 2) return `no ring: ${name}`;
      const { left, right, top, bottom } = element.getBoundingClientRect();
      if (right <= 0 || bottom <= 0 || left >= innerWidth || top >= innerHeight) return `out of sight: ${name}`;
      const x = Math.min(Math.max((left + right) / 2, 1), innerWidth - 1);
      const y = Math.min(Math.max(top + Math.min(bottom - top, 40) / 2, 1), innerHeight - 1);
      const drawn = document.elementFromPoint(x, y);
      return drawn && !element.contains(drawn) && !drawn.contains(element) ? `hidden by something: ${name}` : "";
    });
    if (problem === null) break;
    if (problem !== "") found.push(problem);
  }
  const missed = await seen.evaluate((seen) => {
    const controls = document.querySelectorAll<HTMLElement>(
      "a[href], button:enabled, input:enabled, textarea:enabled, [tabindex='0']",
    );
    // Of a group whose members arrows choose from, and of a list that gives its focus on, one member is a stop.
    const isStop = (control: HTMLElement) =>
      control.tabIndex >= 0 &&
      control.getClientRects().length > 0 &&
      !control.matches("[role=radiogroup], [role=tablist]");
    return [...controls]
      .filter((control) => isStop(control) && !seen.has(control))
      .map((control) => `not reached: ${control.outerHTML.slice(0, 120)}`);
  });
  return [...found, ...missed];
}

/** Tab goes round in what is open, forwards and backwards. */
async function expectToStayIn(page: Page, open: Locator): Promise<void> {
  for (const key of ["Tab", "Shift+Tab"])
    for (let stop = 0; stop < 12; stop++) {
      await page.keyboard.press(key);
      expect(await open.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    }
}
