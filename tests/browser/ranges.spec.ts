import { expect } from "@playwright/test";
import { useAcme } from "./acme";
import { test } from "./console";

const { call, enterAsStaff, keyNamed, server } = useAcme();

test("calls of certain days are found by dates that are written, or chosen from a calendar, with the keyboard alone", async ({
  page,
}) => {
  await call(keyNamed("Search"));
  await enterAsStaff(page);
  await page.goto(`${server.url}/clients/acme-gmbh/requests`);
  const row = page.getByRole("table", { name: "Requests" }).getByRole("row", { name: /Search/ });
  const range = page.getByRole("combobox", { name: "Range" });
  const [first, last] = [page.getByLabel("First day"), page.getByLabel("Last day")];
  await expect(row).toBeVisible();

  await test.step("a range of one's own begins as this month up to today", async () => {
    await range.press("Enter");
    await page.keyboard.press("End");
    await expect(page.getByRole("option", { name: "Custom" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(first).toHaveValue(/^1 [A-Z][a-z]{2} \d{4}$/);
    await expect(last).toHaveValue(/^\d\d? [A-Z][a-z]{2} \d{4}$/);
    await expect(row).toBeVisible();
  });

  await test.step("written in any usual way, and taken on Tab or Enter; what is no date goes back", async () => {
    await first.press("Control+a");
    await page.keyboard.type("3.2.2020");
    await page.keyboard.press("Tab");
    await expect(first).toHaveValue("3 Feb 2020");
    const today = await last.inputValue();
    await last.press("Control+a");
    await page.keyboard.type("31 Feb 2020");
    await page.keyboard.press("Tab");
    await expect(last).toHaveValue(today);
    await last.press("Control+a");
    await page.keyboard.type("2020-02-29");
    await page.keyboard.press("Enter");
    await expect(last).toHaveValue("29 Feb 2020");
    await expect(page).toHaveURL(/from=2020-02-03&to=2020-02-29&range=custom/);
    await expect(page.getByText("No call matches")).toBeVisible();
    await expect(page.getByRole("link", { name: "CSV" })).toHaveAttribute(
      "href",
      /from=2020-02-03T00%3A00%3A00.*to=2020-03-01T00%3A00%3A00/,
    );
  });

  await test.step("chosen from the calendar, which opens on the day and gives the focus back", async () => {
    await page.keyboard.press("Tab");
    const button = page.getByRole("button", { name: "Open the calendar" }).last();
    await expect(button).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: /February 29th, 2020/ })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(button).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: /February 29th, 2020/ })).toBeFocused();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowUp");
    await expect(page.getByRole("button", { name: /February 21st, 2020/ })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(last).toHaveValue("21 Feb 2020");
    await expect(button).toBeFocused();
  });

  await test.step("kept by a reload, and taken back", async () => {
    await page.reload();
    await expect(last).toHaveValue("21 Feb 2020");
    await expect(page.getByText("No call matches")).toBeVisible();
    await range.press("Enter");
    await expect(page.getByRole("option", { name: "Custom" })).toBeFocused();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await expect(first).toHaveCount(0);
    await expect(row).toBeVisible();
  });
});
