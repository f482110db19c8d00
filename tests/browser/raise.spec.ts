import { expect } from "@playwright/test";
import { admin } from "../server";
import { addOpenai, enter, statusOfCall, test, useConsole } from "./console";

const running = useConsole();
const { server } = running;

let tenantId: string;
let secret: string;

test.beforeAll(async () => {
  await addOpenai(running);
  const plan = { name: "Business", dailyTokenLimit: 10_001 };
  const { id: planId } = await admin<{ id: string }>(server, "POST", "/plans", plan);
  ({ id: tenantId } = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH", planId }));
  ({ secret } = await admin<{ secret: string }>(server, "POST", `/tenants/${tenantId}/keys`, { name: "Shop" }));
  await admin(server, "POST", `/tenants/${tenantId}/adjustments`, { tokens: 10_001, reason: "All of today" });
});

test("a client that is refused has half as much again until its midnight by two clicks, and the toast takes it back", async ({
  page,
}) => {
  await page.goto(`${server.url}/clients/acme-gmbh/limits`);
  await enter(page);
  const raise = page.getByRole("button", { name: "+50 % until midnight" });
  const dialog = page.getByRole("alertdialog", { name: "Raise today's tokens of Acme GmbH by 50 %?" });
  const inForce = page.getByRole("region", { name: "Override of the daily tokens" });
  await expect(inForce).toContainText("10,001 tokens a day, from the plan");
  expect(await statusOfCall(running, secret)).toBe(429);

  await test.step("the table of limits has what happens next only where there is room for a sentence", async () => {
    const next = page.getByRole("columnheader", { name: "What happens next" });
    await expect(next).toBeVisible();
    expect((await next.boundingBox())?.width).toBeGreaterThanOrEqual(144);
    await page.setViewportSize({ width: 1024, height: 720 });
    await expect(next).toBeHidden();
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  await test.step("it says what will be, and calls pass at once", async () => {
    await raise.click();
    await expect(dialog).toContainText(/From 10,001 tokens to 15,002 tokens, until 00:00 UTC/);
    await expect(dialog).toContainText("5,001 tokens will be left at once.");
    await dialog.getByRole("button", { name: "Raise to 15,002 tokens" }).click();
    await expect(dialog).toHaveCount(0);
    await expect(raise).toBeFocused();
    await expect(inForce).toContainText("15,002 tokens a day, from the override");
    await expect(inForce).toContainText("Raised by 50 % for today");
    await expect(page.getByLabel("Daily token limit")).toHaveValue("15,002");
    expect(await statusOfCall(running, secret)).toBe(200);
  });

  await test.step("taken back, the plan's limit is back, and calls are refused", async () => {
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(inForce).toContainText("10,001 tokens a day, from the plan");
    await expect(page.getByLabel("Daily token limit")).toHaveValue("");
    expect(await statusOfCall(running, secret)).toBe(429);
  });

  await test.step("where somebody else was faster nothing is raised, and what they have set is shown", async () => {
    await raise.click();
    await admin(server, "PATCH", `/tenants/${tenantId}`, { dailyTokenLimit: 40_000 });
    await dialog.getByRole("button", { name: /^Raise to/ }).click();
    await expect(dialog.getByRole("alert")).toContainText("Somebody else has changed this client meanwhile.");
    await expect(dialog).toContainText(/From 40,000 tokens to 60,000 tokens/);
    await expect(dialog).toContainText("It replaces the override of 40,000 tokens, which will not come back.");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(inForce).toContainText("40,000 tokens a day, from the override");
  });
});
