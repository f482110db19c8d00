import { expect } from "@playwright/test";
import { admin } from "../server";
import { violationsOf } from "./axe";
import { act, addOpenai, enter, statusOfCall, test, useConsole } from "./console";

const running = useConsole();
const { server } = running;
const call = (secretOfKey: string) => statusOfCall(running, secretOfKey);

let secret: string;

test.beforeAll(async () => {
  await addOpenai(running);
  const business = { name: "Business", dailyTokenLimit: 50_000 };
  const { id: planId } = await admin<{ id: string }>(server, "POST", "/plans", business);
  const { id } = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH", planId });
  ({ secret } = await admin<{ secret: string }>(server, "POST", `/tenants/${id}/keys`, { name: "Web shop" }));
});

test("a key is limited beside its client, rotated in sight of who still has the old secret, and revoked with a receipt", async ({
  page,
}) => {
  await page.goto(`${server.url}/clients/acme-gmbh/keys`);
  await enter(page);
  const drawer = page.getByRole("dialog", { name: "Shop" });

  await test.step("edited, a key tells where the client's limit is met first", async () => {
    await act(page, /Web shop/, "Edit key");
    await page.getByLabel("Name").fill("Shop");
    const daily = page.getByLabel("Daily token limit");
    await expect(daily).toHaveAccessibleDescription(/All keys of the client together: 50,000/);
    await daily.fill("80k");
    await expect(daily).toHaveAccessibleDescription(/Met first: 50,000, the client's limit/);
    await page.getByLabel("Allowed models").fill("gpt-*");
    await page.getByRole("button", { name: "Open the calendar" }).click();
    await page.getByRole("button", { name: "A year", exact: true }).click();
    await expect(page.getByLabel("Expires")).toHaveValue(/^\d\d? [A-Z][a-z]{2} \d{4}, 00:00$/);
    await page.getByLabel("Expires").fill("2099-01-01 9:30");
    await expect(page.getByLabel("Expires")).toHaveAccessibleDescription(/Thursday, in UTC/);
    await page.getByLabel("Allowed models").focus();
    await expect(page.getByLabel("Expires")).toHaveValue("1 Jan 2099, 09:30");
    await page.getByRole("button", { name: "Save key" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);

    await page.getByRole("button", { name: "Shop", exact: true }).click();
    await expect(drawer.getByRole("row", { name: /Tokens a day/ })).toContainText(/80\sk.*50\sk.*met first/);
    await expect(drawer).toContainText("gpt-*");
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(drawer).toHaveCount(0);
  });

  const fresh = await test.step("rotated with grace, it tells whether the old secret is still used", async () => {
    await act(page, /Shop/, "Rotate key");
    await page.getByRole("button", { name: "Rotate key" }).click();
    const shown = (await page.getByLabel("Secret", { exact: true }).textContent()) ?? "";
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.getByRole("row", { name: /Shop/ })).toContainText("Old secret unused");
    expect(await call(secret)).toBe(200);
    await expect(async () => {
      await page.reload();
      await expect(page.getByRole("row", { name: /Shop/ })).toContainText("Old secret in use", { timeout: 1_000 });
    }).toPass({ timeout: 240_000 });
    await page.getByRole("button", { name: "Shop", exact: true }).click();
    await expect(drawer.getByRole("region", { name: "Old secret" })).toContainText("1 call came with it since");
    return shown;
  });

  await test.step("revoked, it leaves a receipt that tells of every attempt since", async () => {
    expect(await call(fresh)).toBe(200);
    await drawer.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Revoke key" }).click();
    await expect(drawer.getByRole("region", { name: "Tried since" })).toContainText("Nobody has tried to use it since");
    for (const each of [fresh, secret]) expect(await call(each)).toBe(401);

    await page.reload();
    await expect(drawer.getByRole("region", { name: "Tried since" })).toContainText(/The key is revoked.*2 calls/);
    await expect(drawer.getByRole("region", { name: "Receipt of the revocation" })).toContainText(
      /Revoked.*By.*Olive Owner.*Last accepted call.*UTC/,
    );
    await expect(drawer.getByRole("button", { name: "Revoke" })).toHaveCount(0);
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("row", { name: /Shop/ })).toContainText("Revoked");
    await expect(page.getByRole("row", { name: /Shop/ })).not.toContainText("Old secret");
  });
});
