import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { hashPassword } from "@/lib/auth/password";
import { createDatabase, type TestDatabase } from "../database-server";
import { chatEvent, completion, json, ScriptedUpstream } from "../fixtures/scripted-upstream";
import { admin, type RunningServer, startServer } from "../server";

const upstream = new ScriptedUpstream();
const password = "correct horse battery staple";
const member = "uma@acme.example";
const staff = "olive@agency.example";
let database: TestDatabase;
let server: RunningServer;
let tenantId: string;

test.beforeAll(async () => {
  await upstream.start();
  database = await createDatabase();
  server = await startServer({ lane: "fast", databaseUrl: database.url });
  const credential = "sk-provider";
  await admin(server, "POST", "/providers", {
    slug: "openai",
    name: "OpenAI",
    vendor: "openai",
    baseUrl: upstream.url,
    credential,
  });
  const { id: planId } = await admin<{ id: string }>(server, "POST", "/plans", {
    name: "Plan",
    dailyTokenLimit: 50_000,
  });
  ({ id: tenantId } = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH", planId }));
  await addUser({ email: member, name: "Uma User", staffRole: null });
  await addUser({ email: staff, name: "Olive Owner", staffRole: "owner" });
});

test.afterAll(async () => {
  await server?.stop();
  await database?.drop();
  await upstream.stop();
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
  await signIn(page, staff);
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
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

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
  await signIn(page, member);
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

test("a used-up limit is told in words, and the page goes on", async ({ page }) => {
  await admin(server, "PATCH", `/tenants/${tenantId}`, { dailyTokenLimit: 0 });
  await signIn(page, member);
  await page.getByRole("combobox", { name: "Model" }).fill("gpt-4.1");
  await page.getByLabel("Message").fill("Hello?");
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(page.getByText(/You exceeded your current quota: the daily token limit of this client/)).toBeVisible();
  await expect(page.getByLabel("Message")).toHaveValue("Hello?");
  await admin(server, "PATCH", `/tenants/${tenantId}`, { dailyTokenLimit: null });
});

test("a question without a message says what is missing, beside the field", async ({ page }) => {
  await signIn(page, member);
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(page.getByLabel("Message")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("Must not be empty").first()).toBeVisible();
});

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(`${server.url}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).not.toHaveURL(/login/);
}

async function addUser({
  email,
  name,
  staffRole,
}: {
  email: string;
  name: string;
  staffRole: "owner" | null;
}): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const id = uuidv7();
  await client.query(`insert into "user" (id, email, name, password_hash, staff_role) values ($1, $2, $3, $4, $5)`, [
    id,
    email,
    name,
    await hashPassword(password),
    staffRole,
  ]);
  if (staffRole === null) {
    await client.query("insert into membership (user_id, tenant_id, role) values ($1, $2, 'member')", [id, tenantId]);
  }
  await client.end();
}
