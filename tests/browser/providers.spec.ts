import { expect } from "@playwright/test";
import { admin } from "../server";
import { act, addOpenai, enter, test, useConsole } from "./console";

const running = useConsole();
const { server } = running;

test.beforeAll(async () => {
  await addOpenai(running);
  await admin(server, "POST", "/providers", {
    slug: "down",
    name: "Down",
    vendor: "vllm",
    baseUrl: "http://127.0.0.1:9",
  });
  const { id } = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH" });
  const { secret } = await admin<{ secret: string }>(server, "POST", `/tenants/${id}/keys`, { name: "Web shop" });
  for (const slug of ["openai", "down"]) {
    await fetch(`${server.url}/api/proxy/${slug}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "own-model", messages: [{ role: "user", content: "Hello!" }] }),
    });
  }
});

test("a provider tells how it answers, what is let through to it, and what it costs from when until when", async ({
  page,
}) => {
  await page.goto(`${server.url}/providers`);
  await enter(page);

  await test.step("errors of the last hour stand in its row, and what they were on its page", async () => {
    await expect(page.getByRole("row", { name: /OpenAI/ })).toContainText("No errors");
    await expect(page.getByRole("row", { name: /Down/ })).toContainText("100 % errors");
    await page.getByRole("link", { name: "Down" }).click();
    await expect(page.getByRole("region", { name: "The last hour" })).toContainText("1 call: no answer");
  });

  await test.step("its endpoints are those that are metered or free", async () => {
    await page.goto(`${server.url}/providers/openai`);
    await expect(page.getByRole("row", { name: /POST \/v1\/chat\/completions/ })).toContainText("Metered");
    await expect(page.getByRole("row", { name: /GET \/v1\/models/ })).toContainText("Free");
  });

  const prices = page.getByRole("region", { name: "Prices for a million tokens" });

  await test.step("a price is added, and one that follows it", async () => {
    await prices.getByRole("button", { name: "Add price" }).click();
    await page.getByLabel("Models").fill("own-*");
    await page.getByLabel("Input (USD)", { exact: true }).fill("2.5");
    await page.getByRole("button", { name: "Save price" }).click();
    await expect(page.getByLabel("Output (USD)")).toHaveAccessibleDescription(/Write a price/);
    await page.getByLabel("Output (USD)").fill("10");
    await page.getByRole("button", { name: "Save price" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(prices.getByRole("row", { name: /own-\*/ })).toContainText(/\$2\.50.*\$10\.00.*Further notice/);

    await act(page, /own-\*/, "New price");
    await page.getByLabel("Output (USD)").fill("8");
    await page.getByLabel("Valid from").fill("2099-01-01T00:00");
    await page.getByRole("button", { name: "Save price" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(prices.getByRole("row", { name: /To come/ })).toContainText(/\$8\.00.*1 Jan 2099.*Further notice/);
    await expect(prices.getByRole("row", { name: /\$10\.00/ })).toContainText("1 Jan 2099");
  });

  await test.step("what has not begun is deleted, and what counts is ended", async () => {
    await act(page, /To come/, "Delete price");
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete price" }).click();
    await expect(prices.getByRole("row", { name: /To come/ })).toHaveCount(0);

    await act(page, /own-\*/, "End price");
    await page.getByLabel("Ends").fill("2098-06-01T12:00");
    await page.getByRole("dialog").getByRole("button", { name: "End price" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(prices.getByRole("row", { name: /own-\*/ })).toContainText("1 Jun 2098");
    await act(page, /own-\*/, "Take its end back");
    await expect(prices.getByRole("row", { name: /own-\*/ })).toContainText("Further notice");
  });
});
