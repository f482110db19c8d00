import { expect, type Page } from "@playwright/test";
import { chatEvent, completion, json } from "../fixtures/scripted-upstream";
import { admin } from "../server";
import { violationsOf } from "./axe";
import { addOpenai, enter, owner, password, test, useConsole } from "./console";
import { addMember } from "./users";

const running = useConsole();
const { server, database, upstream } = running;
const member = { email: "uma@acme.example", password };
let tenantId: string;

test.beforeAll(async () => {
  await addOpenai(running);
  const plan = { name: "Plan", dailyTokenLimit: 50_000 };
  const { id: planId } = await admin<{ id: string }>(server, "POST", "/plans", plan);
  ({ id: tenantId } = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH", planId }));
  await addMember(database, { email: member.email, name: "Uma User", tenantId, role: "member" });
});

let refusedByPolicy: string[];

test.afterEach(() => expect(refusedByPolicy).toEqual([]));

test.beforeEach(({ page }) => {
  refusedByPolicy = [];
  page.on(
    "console",
    (message) => /Content Security Policy/i.test(message.text()) && refusedByPolicy.push(message.text()),
  );
  upstream.otherwise((request, response, incoming) =>
    request.method === "GET"
      ? json(200, { data: [{ id: "gpt-4o-mini" }, { id: "gpt-4.1" }] })(request, response, incoming)
      : completion({ inputTokens: 11, outputTokens: 9 })(request, response, incoming),
  );
});

test("staff ask a model with the keyboard alone and see the answer come, and what it cost", async ({ page }) => {
  const goOn = Promise.withResolvers<void>();
  upstream.on("gpt-4o-mini", async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chatEvent("gpt-4o-mini", { content: "The first words " }));
    await goOn.promise;
    response.end(
      `${chatEvent("gpt-4o-mini", { content: "and the last." })}data: {"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":9}}\n\ndata: [DONE]\n\n`,
    );
  });
  await enterAs(page, owner);
  await page.goto(`${server.url}/clients/acme-gmbh`);
  await page.getByRole("tab", { name: "Playground" }).click();

  const model = page.getByRole("combobox", { name: "Model" });
  await model.focus();
  await page.keyboard.type("4o");
  await expect(page.getByRole("option", { name: "gpt-4o-mini" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(model).toHaveValue("gpt-4o-mini");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Be short.");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Hello?");
  await page.keyboard.press("Control+Enter");

  const answer = page.getByRole("region", { name: "Answer" });
  await expect(answer).toContainText("The first words");
  await expect(answer.getByRole("status")).toHaveText("Answering …");
  goOn.resolve();
  await expect(answer.getByRole("status")).toHaveText("Answered: 20 tokens.");
  await expect(answer).toContainText("The first words and the last.");
  await expect(answer.getByText("< $0.01")).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);

  await page.goto(`${server.url}/clients/acme-gmbh/requests`);
  await expect(page.getByRole("row", { name: /Olive Owner/ })).toContainText("gpt-4o-mini");
});

test("a client's user stops an answer with Escape: the provider is cut off, and the use so far counts", async ({
  page,
}) => {
  const cutOff = Promise.withResolvers<void>();
  upstream.on("any-name", (_request, response) => {
    response.once("close", () => cutOff.resolve());
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chatEvent("any-name", { content: "Once upon a time " }));
  });
  await enterAs(page, member);
  await expect(page).toHaveURL(/\/usage/);
  await page.getByRole("combobox", { name: "Model" }).fill("any-name");
  await page.getByLabel("Message").fill("Tell me a story.");
  await page.getByRole("button", { name: "Ask" }).click();
  const answer = page.getByRole("region", { name: "Answer" });
  await expect(answer).toContainText("Once upon a time");
  await page.getByLabel("Message").press("Escape");
  await cutOff.promise;
  await expect(answer.getByRole("status")).toHaveText("Stopped. What had come of it counts.");
  await expect(page.getByRole("button", { name: "Ask" })).toBeEnabled();
  await expect(answer).not.toContainText("Cost");
});

test("who asks by a double click gets the answer to one question", async ({ page }) => {
  let asked = 0;
  upstream.on("double-name", (_request, response) => {
    asked += 1;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`${chatEvent("double-name", { content: "Once." })}data: [DONE]\n\n`);
  });
  await enterAs(page, member);
  await page.getByRole("combobox", { name: "Model" }).fill("double-name");
  await page.getByLabel("Message").fill("How often?");
  // Both clicks find the button as it asks, and then as it stops: the answer is held back until they have been made.
  const goOn = Promise.withResolvers<void>();
  await page.route("**/api/playground?*", async (route) => {
    await goOn.promise;
    await route.continue();
  });
  await page.getByRole("button", { name: "Ask" }).dblclick();
  goOn.resolve();
  const answer = page.getByRole("region", { name: "Answer" });
  await expect(answer.getByRole("status")).toContainText("Answered");
  await expect(answer).toContainText("Once.");
  expect(asked).toBe(1);
});

test("the button that stops an answer asks nothing again, and keeps the focus", async ({ page }) => {
  let asked = 0;
  const cutOff = Promise.withResolvers<void>();
  upstream.on("another-name", (_request, response) => {
    asked += 1;
    response.once("close", () => cutOff.resolve());
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chatEvent("another-name", { content: "Once upon a time " }));
  });
  await enterAs(page, member);
  await page.getByRole("combobox", { name: "Model" }).fill("another-name");
  await page.getByLabel("Message").fill("Tell me a story.");
  await page.getByRole("button", { name: "Ask" }).click();
  const answer = page.getByRole("region", { name: "Answer" });
  await expect(answer).toContainText("Once upon a time");
  await page.getByRole("button", { name: "Stop" }).click();
  await cutOff.promise;
  await expect(answer.getByRole("status")).toHaveText("Stopped. What had come of it counts.");
  await expect(page.getByRole("button", { name: "Ask" })).toBeFocused();
  expect(asked).toBe(1);
});

test("an answer stands as its writing runs: what is read from right to left ends on the left", async ({ page }) => {
  upstream.on("hebrew", (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`${chatEvent("hebrew", { content: "Sure:\nשלום עולם." })}data: [DONE]\n\n`);
  });
  await enterAs(page, member);
  await page.getByRole("combobox", { name: "Model" }).fill("hebrew");
  await page.getByLabel("Message").fill("שלום?");
  await expect(page.getByLabel("Message")).toHaveCSS("direction", "rtl");
  await page.getByRole("button", { name: "Ask" }).click();
  const text = page.getByText("שלום עולם.");
  await expect(text).toBeVisible();
  const placeOf = (sought: string) =>
    text.evaluate((element, sought) => {
      const range = document.createRange();
      const node = element.firstChild as Text;
      const start = node.data.indexOf(sought);
      range.setStart(node, start);
      range.setEnd(node, start + 1);
      return range.getBoundingClientRect().left;
    }, sought);
  expect(await placeOf(".")).toBeLessThan(await placeOf("ש"));
  expect(await placeOf("S")).toBeLessThan(await placeOf(":"));
});

test("a used-up limit is told in words, and the page goes on", async ({ page }) => {
  await admin(server, "PATCH", `/tenants/${tenantId}`, { dailyTokenLimit: 0 });
  await enterAs(page, member);
  await page.getByRole("combobox", { name: "Model" }).fill("gpt-4.1");
  await page.getByLabel("Message").fill("Hello?");
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(page.getByText(/You exceeded your current quota: the daily token limit of this client/)).toBeVisible();
  await expect(page.getByLabel("Message")).toHaveValue("Hello?");
  await admin(server, "PATCH", `/tenants/${tenantId}`, { dailyTokenLimit: null });
});

test("a question without a message says what is missing, beside the field", async ({ page }) => {
  await enterAs(page, member);
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(page.getByLabel("Message")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("Must not be empty").first()).toBeVisible();
});

async function enterAs(page: Page, who: { email: string; password: string }): Promise<void> {
  await page.goto(`${server.url}/login`);
  await enter(page, who);
}
