import { expect } from "@playwright/test";
import { tokensOf, useAcme } from "./acme";
import { violationsOf } from "./axe";
import { test } from "./console";

const { call, enterAsManager, enterAsStaff, keyNamed, keys, server } = useAcme();
const sources = "/clients/acme-gmbh/sources";

test.describe.configure({ mode: "serial" });

test("the Sources tab has mix, chart, table, and all of them are the same use", async ({ page }) => {
  await enterAsStaff(page);
  await page.goto(server.url + sources);
  const total = keys.reduce((sum, _, rank) => sum + tokensOf(rank), 550);

  const ribbon = page.getByRole("group", { name: "Sources by tokens" });
  await expect(ribbon.getByRole("button")).toHaveCount(3);
  await expect(
    ribbon.getByRole("button", { name: `API keys: 99\u00a0%, ${(total - 550).toLocaleString("en")} tokens` }),
  ).toBeVisible();
  await expect(ribbon.getByRole("button", { name: /^Legacy: < 1/ })).toBeVisible();

  const legend = page.getByRole("list", { name: "Series" });
  await expect(legend.getByRole("button", { name: /^(Café|Chat|Search|Blog|Forum|Wiki|Mailer)/ })).toHaveCount(7);
  await expect(legend.getByRole("button", { name: /^Other \(4\)/ })).toBeVisible();
  await legend.getByRole("button", { name: "Open the parts of Other" }).click();
  await expect(page.getByRole("list", { name: "Parts of Other" }).getByRole("button")).toHaveCount(4);

  const figures = page.getByRole("table", { name: "Tokens over time" });
  const rows = await figures.getByRole("row").allInnerTexts();
  expect(rows).toHaveLength(31);
  const drawn = rows
    .slice(1)
    .flatMap((row) =>
      [...row.matchAll(/([\d,]+) tokens/g)].map(([, amount = ""]) => Number(amount.replaceAll(",", ""))),
    );
  expect(drawn.reduce((sum, amount) => sum + amount, 0)).toBe(total);

  const table = page.getByRole("table", { name: "Sources" });
  await expect(table.getByRole("row")).toHaveCount(12);
  await expect(table.getByRole("columnheader", { name: "Tokens" })).toHaveAttribute("aria-sort", "descending");
  await expect(table.getByRole("row").nth(1)).toContainText("Café Shop");
  const legal = table.getByRole("row", { name: /Legal/ });
  await expect(legal.getByText("Revoked")).toBeVisible();
  await legal.getByText("Revoked").hover();
  await expect(page.getByRole("tooltip")).toContainText(/Revoked \d+ \w+ \d{4}/);
  await expect(table.getByText("Revoked")).toHaveCount(1);
});

test("the chart is read with the keyboard, and its measure is switched", async ({ page }) => {
  await enterAsStaff(page);
  await page.goto(server.url + sources);
  const chart = page.getByRole("application");
  await expect(chart).toBeVisible();
  await chart.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowRight");
  await expect(page.locator(".recharts-tooltip-wrapper")).toContainText(/\d{4}/);

  await page.getByRole("radio", { name: "Requests" }).click();
  await expect(page).toHaveURL(/measure=requests/);
  await expect(page.getByRole("table", { name: "Requests over time" })).toBeAttached();
});

test("rows are sorted both ways and searched from the first letter, whatever case and accents", async ({ page }) => {
  await enterAsStaff(page);
  await page.goto(server.url + sources);
  const table = page.getByRole("table", { name: "Sources" });
  await expect(table.getByRole("columnheader")).toHaveText([
    ...["Name", "Owner", "Key prefix", "Source", "Requests", "Tokens", "Cost", "Refused", "Last used"],
  ]);
  const header = table.getByRole("columnheader", { name: "Name" });
  await header.getByRole("button").click();
  await expect(header).toHaveAttribute("aria-sort", "ascending");
  await expect(table.getByRole("row").nth(1)).toContainText("Blog");
  await header.getByRole("button").click();
  await expect(header).toHaveAttribute("aria-sort", "descending");

  await page.getByRole("searchbox", { name: "Search sources" }).fill("CAFE");
  await expect(table.getByRole("row")).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Search sources" }).fill(keyNamed("Wiki").name.slice(0, 1));
  await expect(table.getByRole("row", { name: /Wiki/ })).toBeVisible();
  await page.getByRole("searchbox", { name: "Search sources" }).fill("nothing like it");
  await expect(page.getByText("No source matches")).toBeVisible();
});

test("a selection is kept by reload and back, by new figures, and cleared in three ways", async ({ page }) => {
  await enterAsStaff(page);
  await page.goto(server.url + sources);
  const row = page.getByRole("button", { name: "Forum", exact: true });
  const chip = page.getByRole("button", { name: /^Clear selection: Forum/ });
  const before = await page.getByRole("table", { name: "Tokens over time" }).textContent();

  await row.focus();
  await page.keyboard.press("Enter");
  await expect(chip).toBeVisible();
  await expect(row).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("list", { name: "Series" }).getByRole("button", { name: /^Forum/ })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  expect(await page.getByRole("table", { name: "Tokens over time" }).textContent()).toBe(before);
  await expect(page).toHaveURL(/select=key%3A/);
  await page.reload();
  await expect(chip).toBeVisible();
  await page
    .getByRole("link", { name: "Limits" })
    .or(page.getByRole("tab", { name: "Limits" }))
    .first()
    .click();
  await expect(page).toHaveURL(/limits/);
  await page.goBack();
  await expect(chip).toBeVisible();

  await page.keyboard.press("Escape");
  await expect(chip).toBeHidden();
  for (const clear of [() => chip.click(), () => row.click()]) {
    await row.click();
    await expect(chip).toBeVisible();
    await clear();
    await expect(chip).toBeHidden();
  }
});

test("every kind of part can be singled out", async ({ page }) => {
  await enterAsStaff(page);
  await page.goto(server.url + sources);
  for (const [name, words] of [
    [/^Playground · Mona Manager/, "Playground · Mona Manager"],
    [/^Intern$/, "Intern"],
    [/^Old plugin$/, "Old plugin"],
    [/^Other \(4\)/, "Other (4)"],
    [/^Web:/, "Web"],
    [/^Legacy:/, "Legacy"],
    [/^API keys:/, "API keys"],
  ] as const) {
    await page.getByRole("button", { name }).first().click();
    const chip = page.getByRole("button", { name: new RegExp(`^Clear selection: ${words.replace(/[()]/g, "\\$&")}`) });
    await expect(chip).toBeVisible();
    await chip.click();
  }
});

test("new use appears by itself, without a reload, and the selection stays", async ({ page }) => {
  await enterAsStaff(page);
  await page.goto(server.url + sources);
  await page.getByRole("button", { name: "Chatbot", exact: true }).click();
  const row = page.getByRole("table", { name: "Sources" }).getByRole("row", { name: /Chatbot/ });
  await expect(row).toContainText("9,000");
  await call(keyNamed("Chatbot"));
  await expect(row).toContainText("9,042");
  await expect(page.getByRole("button", { name: /^Clear selection: Chatbot/ })).toBeVisible();
});

test("while it loads there are skeletons and no mark of revocation; a failure is told and can be tried again", async ({
  page,
}) => {
  await enterAsStaff(page);
  let fail = true;
  await page.route("**/api/admin/usage/sources?**", (route) =>
    fail
      ? route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "The database is away." } } })
      : route.continue(),
  );
  await page.goto(server.url + sources);
  await expect(page.getByRole("table", { name: "Sources" })).toHaveAttribute("aria-busy", "true");
  await expect(page.getByText("Revoked")).toHaveCount(0);
  await expect(page.getByText("The use could not be loaded")).toBeVisible();
  fail = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("table", { name: "Sources" }).getByText("Revoked")).toBeVisible();
});

test("a range without use says what to do next, and the whole agency can be looked at", async ({ page }) => {
  await enterAsStaff(page);
  await page.goto(`${server.url}${sources}?range=custom&from=2020-01-01&to=2020-01-31`);
  await expect(page.getByText("No use in this time")).toBeVisible();
  await expect(page.getByRole("link", { name: "create a key" })).toBeVisible();
  await page.goto(`${server.url}/sources`);
  const table = page.getByRole("table", { name: "Sources" });
  await expect(table.getByRole("row", { name: /Café Shop/ })).toContainText("Acme GmbH");

  const client = page.getByRole("combobox", { name: "Client" });
  await client.click();
  await client.fill("acme");
  await page.getByRole("option", { name: "Acme GmbH" }).click();
  await expect(page).toHaveURL(/client=acme-gmbh/);
  await page.reload();
  await expect(client).toHaveValue("Acme GmbH");
  await expect(table.getByRole("row", { name: /Café Shop/ })).toBeVisible();
});

test("the link to the page one is on takes back all that was chosen, at once", async ({ page }) => {
  await enterAsStaff(page);
  await page.goto(`${server.url}/sources?range=7d&client=acme-gmbh`);
  const client = page.getByRole("combobox", { name: "Client" });
  const range = page.getByRole("combobox", { name: "Range" });
  await expect(client).toHaveValue("Acme GmbH");
  await expect(range).toHaveText("7 days");

  await page.getByRole("navigation").getByRole("link", { name: "Sources", exact: true }).click();
  await expect(page).toHaveURL(/\/sources$/);
  // Not only when something else draws the page again, as new figures do after some seconds.
  await expect(client).toHaveValue("All clients", { timeout: 2_000 });
  await expect(range).toHaveText("30 days", { timeout: 2_000 });
});

test("Enter chooses a client by what is typed, however late the server tells who that is", async ({ page }) => {
  await enterAsStaff(page);
  await page.goto(`${server.url}/sources`);
  const client = page.getByRole("combobox", { name: "Client" });
  await client.click();
  await expect(page.getByRole("option", { name: "Acme GmbH" })).toBeVisible();
  await client.pressSequentially("acme");
  await client.press("Enter");
  await expect(page).toHaveURL(/client=acme-gmbh/);
  await expect(client).toHaveValue("Acme GmbH");
});

test("what Enter has chosen stays chosen when its field is left before it is found; an input method's Enter chooses nothing", async ({
  page,
}) => {
  await enterAsStaff(page);
  await page.goto(`${server.url}/sources`);
  const client = page.getByRole("combobox", { name: "Client" });
  await client.click();
  const found = page.getByRole("option", { name: "Acme GmbH" });
  await expect(found).toBeVisible();
  await client.dispatchEvent("keydown", { key: "Enter", isComposing: true });
  await expect(client).toHaveAttribute("aria-expanded", "true");
  await expect(found).toBeVisible();

  const { promise: isLet, resolve: letGo } = Promise.withResolvers<void>();
  await page.route(/\/api\/admin\/.*=acme/, async (route) => {
    await isLet;
    await route.continue();
  });
  const asked = page.waitForRequest(/\/api\/admin\/.*=acme/);
  await client.pressSequentially("acme");
  await client.press("Enter");
  await asked;
  await client.press("Tab");
  await expect(client).not.toBeFocused();
  letGo();
  await expect(page).toHaveURL(/client=acme-gmbh/);
  await expect(client).toHaveValue("Acme GmbH");
});

test("no page of usage has a barrier that axe finds, in either theme, wide or narrow", async ({ page }) => {
  await enterAsStaff(page);
  const barriersOf = async (path: string) => {
    const found: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(server.url + path);
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        const violations = await violationsOf(page);
        found.push(
          ...violations.map(({ id, nodes }) => `${path} ${width} ${id}: ${nodes.map(({ html }) => html).join(" ")}`),
        );
        if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth))
          found.push(`${path} ${width} is too wide`);
      }
    }
    return found;
  };
  for (const path of ["/sources?select=other", sources, "/clients/acme-gmbh/months"])
    expect(await barriersOf(path)).toEqual([]);
  await page.context().clearCookies();
  await enterAsManager(page);
  for (const path of ["/usage", "/usage/requests"]) expect(await barriersOf(path)).toEqual([]);
});
