import { expect } from "@playwright/test";
import { admin } from "../server";
import { violationsOf } from "./axe";
import { enter, test, useConsole } from "./console";

const { server } = useConsole();

test.beforeAll(async () => {
  const { id } = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH" });
  await admin(server, "POST", "/tenants", { name: "Borealis" });
  await admin(server, "POST", `/tenants/${id}/keys`, { name: "Web shop" });
});

test("everything is reached by the keyboard alone: any client, key or page, the search, rows, help, and back", async ({
  page,
}) => {
  await page.goto(server.url);
  await enter(page);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  const palette = page.getByRole("dialog", { name: "Go to" });

  await test.step("a client by a part of its name", async () => {
    // The page is there before its keys are.
    await expect(async () => {
      await page.keyboard.press("Control+k");
      await expect(palette.getByRole("combobox")).toBeFocused({ timeout: 500 });
    }).toPass({ timeout: 240_000 });
    await page.keyboard.type("acm");
    await expect(palette.getByRole("option", { name: /Acme GmbH/ })).toHaveAttribute("aria-selected", "true");
    expect(await violationsOf(page, "[role=dialog]")).toEqual([]);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`${server.url}/clients/acme-gmbh`);
    await expect(palette).toHaveCount(0);
  });

  await test.step("a key, which opens", async () => {
    await page.keyboard.press("Meta+k");
    await page.keyboard.type("web");
    await expect(palette.getByRole("option", { name: /Web shop Acme GmbH/ })).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog", { name: "Web shop" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });

  await test.step("a client, without waiting for the server to find it", async () => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type("bore");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`${server.url}/clients/borealis`);
  });

  await test.step("and not the first that is found, once one has moved on from there", async () => {
    const { promise: isLet, resolve: letGo } = Promise.withResolvers<void>();
    const search = /\/api\/admin\/search\?/;
    await page.route(search, async (route) => {
      await isLet;
      await route.continue();
    });
    const asked = page.waitForRequest(search);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("acme");
    await asked;
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    letGo();
    await expect(palette.getByRole("option", { name: /^Acme GmbH/ })).toBeVisible();
    await expect(palette).toBeVisible();
    await expect(page).toHaveURL(`${server.url}/clients/borealis`);
    await page.unroute(search);
    await page.keyboard.press("Escape");
  });

  await test.step("a page, by name and by its letter", async () => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type("provid");
    await expect(palette.getByRole("option", { name: /Providers/ })).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Providers" })).toBeVisible();
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await expect(page.getByRole("heading", { level: 1, name: "Clients" })).toBeVisible();
  });

  await test.step("the search of a page takes the palette's keys too, and Escape clears and leaves it", async () => {
    await expect(page.getByRole("link", { name: "Acme GmbH" })).toBeVisible();
    await page.keyboard.press("/");
    const search = page.getByRole("searchbox");
    await expect(search).toBeFocused();
    await page.keyboard.type("bore");
    await page.keyboard.press("Control+k");
    await expect(palette).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(search).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(search).toHaveValue("");
    await page.keyboard.press("Escape");
    await expect(search).not.toBeFocused();
  });

  await test.step("rows with j and k, the help with a question mark", async () => {
    await expect(page.getByRole("link", { name: "Acme GmbH" })).toBeVisible();
    await page.keyboard.press("j");
    await expect(page.getByRole("link", { name: "Acme GmbH" })).toBeFocused();
    await page.keyboard.press("j");
    await expect(page.getByRole("link", { name: "Borealis" })).toBeFocused();
    await page.keyboard.press("k");
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toContainText(
      "Go to any client, key or page",
    );
    await page.keyboard.press("Escape");
    await expect(page.getByRole("link", { name: "Acme GmbH" })).toBeFocused();
  });

  await test.step("letters are none for who does without them, nor in a list of choices", async () => {
    await page.getByRole("combobox", { name: "Plan" }).focus();
    await page.keyboard.type("go");
    await expect(page).toHaveURL(/\/clients$/);
    await page.getByRole("link", { name: "Acme GmbH" }).focus();
    await page.keyboard.press("?");
    await page.getByRole("checkbox", { name: "Single letters are shortcuts" }).click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.keyboard.type("go");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page).toHaveURL(/\/clients$/);
  });

  await test.step("what is called otherwise is said not to be there", async () => {
    await page.getByRole("button", { name: "Go to …" }).click();
    await page.keyboard.type("nobody of ours");
    await expect(palette).toContainText("Nothing is called “nobody of ours”.");
  });
});
