import { expect } from "@playwright/test";
import OpenAI from "openai";
import { admin } from "../server";
import { addOpenai, enter, test, useConsole } from "./console";

const running = useConsole();
const { server } = running;

let call: () => Promise<unknown>;

test.beforeAll(async () => {
  await addOpenai(running);
  const plan = await admin<{ id: string }>(server, "POST", "/plans", { name: "Business", dailyTokenLimit: 200 });
  const tenant = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH", planId: plan.id });
  const key = await admin<{ secret: string }>(server, "POST", `/tenants/${tenant.id}/keys`, { name: "Web shop" });
  const sdk = new OpenAI({ apiKey: key.secret, baseURL: `${server.url}/api/proxy/openai/v1`, maxRetries: 0 });
  call = () =>
    sdk.chat.completions.create({
      model: "gpt-4o-mini",
      max_tokens: 20,
      messages: [{ role: "user", content: "Hello!" }],
    });
});

test("the overview follows what happens: use at first, then who is near a limit and who is refused", async ({
  page,
}) => {
  await page.goto(`${server.url}/login`);
  await enter(page);
  const attention = page.getByRole("region", { name: /Needs attention/ });
  const today = page.getByRole("region", { name: "Today" });
  await expect(attention).toContainText("Nothing: nobody is near a limit");
  await expect(today).toContainText("Calls0");
  await expect(page.getByText("Nothing was used in this time.")).toBeVisible();

  await call();
  await expect(today).toContainText("Calls1");
  await expect(page.getByRole("button", { name: /Acme GmbH/ })).toBeVisible();
  await page.getByRole("radio", { name: "Calls" }).click();
  await page.getByRole("radio", { name: "30 days" }).click();
  await expect(page).toHaveURL(/measure=requests&span=month/);
  const figures = page.getByRole("table", { name: "Calls over time" });
  await expect(figures.getByRole("row")).toHaveCount(31);
  await expect(figures.getByRole("row").last()).toContainText("1 call");

  while (
    await call().then(
      () => true,
      () => false,
    )
  );
  const item = attention.getByRole("link", { name: /Acme GmbH/ }).first();
  await expect(item).toContainText(/of daily tokens|over daily tokens since \d\d:\d\d/);
  await item.click();
  await expect(page).toHaveURL(/\/clients\/acme-gmbh\/limits$/);
  await expect(page.getByRole("heading", { level: 1, name: "Acme GmbH" })).toBeVisible();
});
