import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { hashPassword } from "@/lib/auth/password";
import { createDatabase, type TestDatabase } from "../database-server";
import { completion, ScriptedUpstream } from "../fixtures/scripted-upstream";
import { admin, type RunningServer, startServer } from "../server";

const password = "correct horse battery staple";
const staff = "olive@agency.example";
const manager = "mona@acme.example";
const tokensOf = (rank: number) => (10 - rank) * 1_000;

type Key = { id: string; name: string; secret: string };

const upstream = new ScriptedUpstream();
let database: TestDatabase;
let server: RunningServer;
let client: pg.Client;
let tenantId: string;
const keys: Key[] = [];

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  await upstream.start();
  upstream.otherwise(completion({ inputTokens: 20, outputTokens: 22 }));
  database = await createDatabase();
  server = await startServer({ lane: "fast", databaseUrl: database.url });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await admin(server, "POST", "/providers", {
    slug: "openai",
    name: "OpenAI",
    vendor: "openai",
    baseUrl: upstream.url,
    credential: "sk-x",
  });
  await admin(server, "POST", "/providers", {
    slug: "anthropic",
    name: "Anthropic",
    vendor: "anthropic",
    credential: "sk-y",
  });
  await admin(server, "POST", "/providers", {
    slug: "gemini",
    name: "Gemini",
    vendor: "gemini",
    credential: "z-z-z-z-z-z",
  });
  const { id: planId } = await admin<{ id: string }>(server, "POST", "/plans", {
    name: "Plan",
    monthlyTokenLimit: 100_000,
  });
  ({ id: tenantId } = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH", planId }));
  for (const [rank, name] of [
    "Café Shop",
    "Chatbot",
    "Search",
    "Blog",
    "Forum",
    "Wiki",
    "Mailer",
    "Legal",
    "Intern",
  ].entries()) {
    const key = await admin<Key>(server, "POST", `/tenants/${tenantId}/keys`, { name });
    keys.push(key);
    await use({ source: "apikey", actorId: key.id, tokens: tokensOf(rank) });
  }
  const legacy = await admin<Key>(server, "POST", `/tenants/${tenantId}/keys`, {
    name: "Old plugin",
    secret: "an-old-secret-of-the-site",
  });
  await use({ source: "legacy", actorId: legacy.id, tokens: 50 });
  await addUser(staff, "Olive Owner", "owner");
  await use({ source: "web", actorId: await addUser(manager, "Mona Manager", null), tokens: 500 });
  await admin(server, "POST", `/tenants/${tenantId}/keys/${keyNamed("Legal").id}/revocation`);
});

test.afterAll(async () => {
  await client?.end();
  await server?.stop();
  await database?.drop();
  await upstream.stop();
});

const sources = "/clients/acme-gmbh/sources";

test("the Sources tab has mix, chart, table, and all of them are the same use", async ({ page }) => {
  await signIn(page, staff);
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
  await signIn(page, staff);
  await page.goto(server.url + sources);
  const chart = page.getByRole("application");
  await expect(chart).toBeVisible();
  await chart.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowRight");
  await expect(page.locator(".recharts-tooltip-wrapper")).toContainText(/\d{4}/);

  await page.getByRole("radio", { name: "Calls" }).click();
  await expect(page).toHaveURL(/measure=requests/);
  await expect(page.getByRole("table", { name: "Calls over time" })).toBeAttached();
});

test("rows are sorted both ways and searched from the first letter, whatever case and accents", async ({ page }) => {
  await signIn(page, staff);
  await page.goto(server.url + sources);
  const table = page.getByRole("table", { name: "Sources" });
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
  await signIn(page, staff);
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
  await signIn(page, staff);
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

test("new use appears within ten seconds without a reload, and the selection stays", async ({ page }) => {
  await signIn(page, staff);
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
  await signIn(page, staff);
  let fail = true;
  await page.route("**/api/admin/usage/sources?**", (route) =>
    fail
      ? route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "The database is away." } } })
      : route.continue(),
  );
  await page.goto(server.url + sources);
  await expect(page.getByRole("table", { name: "Sources" })).toHaveAttribute("aria-busy", "true");
  await expect(page.getByText("Revoked")).toHaveCount(0);
  await expect(page.getByText("The use could not be loaded")).toBeVisible({ timeout: 20_000 });
  fail = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("table", { name: "Sources" }).getByText("Revoked")).toBeVisible();
});

test("a range without use says what to do next, and the whole agency can be looked at", async ({ page }) => {
  await signIn(page, staff);
  await page.goto(`${server.url}${sources}?range=custom&from=2020-01-01&to=2020-01-31`);
  await expect(page.getByText("No use in this time")).toBeVisible();
  await expect(page.getByRole("link", { name: "create a key" })).toBeVisible();
  await page.goto(`${server.url}/sources`);
  await expect(page.getByRole("table", { name: "Sources" }).getByRole("row", { name: /Café Shop/ })).toContainText(
    "Acme GmbH",
  );
});

test("the ledger is filtered, and a call opens with all that is known of it", async ({ page }) => {
  await signIn(page, staff);
  await page.goto(`${server.url}/clients/acme-gmbh/requests`);
  await call(keyNamed("Search"));
  const table = page.getByRole("table", { name: "Requests" });
  await expect(table.getByRole("row", { name: /Search/ })).toBeVisible();
  await page.getByRole("combobox", { name: "Key" }).click();
  await page.getByRole("option", { name: "Search" }).click();
  await expect(table.getByRole("row")).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Model or request id" }).fill("no-such-model");
  await expect(page.getByText("No call matches")).toBeVisible();
  await page.getByRole("searchbox", { name: "Model or request id" }).fill("GPT");

  await table.getByRole("row", { name: /Search/ }).click();
  const drawer = page.getByRole("dialog", { name: "Request" });
  await expect(drawer.getByRole("region", { name: "Tokens" })).toContainText("42");
  await expect(drawer.getByRole("button", { name: "Copy request id" })).toBeVisible();
  await page.reload();
  await expect(drawer.getByRole("region", { name: "Call" })).toContainText("gpt-4o-mini");
  await page.keyboard.press("Escape");
  await expect(drawer).toBeHidden();
});

test("a client sees own use without legacy or costs; a manager makes a key that works, and revokes it", async ({
  page,
}) => {
  await signIn(page, manager);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("left this month");
  await expect(page.getByText(/Renews .*UTC/)).toBeVisible();
  await expect(page.getByRole("table", { name: "Months" }).getByRole("row")).toHaveCount(14);
  await expect(page.getByRole("table", { name: "Sources" }).getByRole("row", { name: /Playground/ })).toBeVisible();
  for (const hidden of ["Old plugin", "Legacy", "Cost"])
    await expect(page.getByText(hidden, { exact: true })).toHaveCount(0);

  await page.getByRole("button", { name: "New key" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Kiosk");
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
  const secret = (await page.getByLabel("Secret", { exact: true }).textContent()) ?? "";
  await page.getByRole("button", { name: "Done" }).click();
  expect((await call({ secret })).status).toBe(200);

  const connect = page.getByRole("region", { name: "How to connect" });
  await connect.getByRole("combobox", { name: "Provider" }).click();
  await page.getByRole("option", { name: /Anthropic/ }).click();
  await expect(connect).toContainText(`baseURL: "${server.url}/api/proxy/anthropic"`);

  const row = page.getByRole("table", { name: "Your keys" }).getByRole("row", { name: /Kiosk/ });
  await row.getByRole("button", { name: "Actions for Kiosk" }).click();
  await page.getByRole("menuitem", { name: "Revoke key" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke key" }).click();
  await expect(row).toContainText("Revoked");
  expect((await call({ secret })).status).toBe(401);
});

test("no page of usage has a barrier that axe finds, in either theme, wide or narrow", async ({ page }) => {
  await signIn(page, staff);
  const barriersOf = async (path: string) => {
    const found: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(server.url + path);
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        const { violations } = await new AxeBuilder({ page }).analyze();
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
  await signIn(page, manager);
  for (const path of ["/usage", "/usage/requests"]) expect(await barriersOf(path)).toEqual([]);
});

test("a client's page opens also when all keys are revoked, nothing is left and the client is suspended", async ({
  page,
}) => {
  for (const { id } of keys) await admin(server, "POST", `/tenants/${tenantId}/keys/${id}/revocation`);
  await admin(server, "PATCH", `/tenants/${tenantId}`, { dailyTokenLimit: 0 });
  await signIn(page, manager);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("0 of 0 tokens left today");
  await admin(server, "PATCH", `/tenants/${tenantId}`, { status: "suspended" });
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Calls are paused");
  await expect(page.getByRole("table", { name: "Sources" }).getByText("Revoked").first()).toBeVisible();
});

function keyNamed(name: string): Key {
  return keys.find((key) => key.name === name) as Key;
}

async function call({ secret }: { secret: string }): Promise<Response> {
  const answer = await fetch(`${server.url}/api/proxy/openai/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-4o-mini", messages: [{ role: "user", content: "Hello" }] }),
  });
  await answer.text();
  return answer;
}

/** Use of today, straight in the roll-ups. */
async function use({ source, actorId, tokens }: { source: string; actorId: string; tokens: number }): Promise<void> {
  const values = [tenantId, source, actorId, tokens];
  const columns = "tenant_id, source, actor_id, requests, input_tokens, total_tokens, last_used_at";
  const given = "$1, $2, $3, 1, $4, $4, now()";
  await client.query(
    `insert into usage_daily (${columns}, local_date) values (${given}, (now() at time zone 'UTC')::date)`,
    values,
  );
  await client.query(
    `insert into usage_hourly (${columns}, starts_at) values (${given}, date_trunc('hour', now(), 'UTC'))`,
    values,
  );
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(`${server.url}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).not.toHaveURL(/login/);
}

async function addUser(email: string, name: string, staffRole: "owner" | null): Promise<string> {
  const id = uuidv7();
  const values = [id, email, name, await hashPassword(password), staffRole];
  await client.query(
    `insert into "user" (id, email, name, password_hash, staff_role) values ($1, $2, $3, $4, $5)`,
    values,
  );
  if (staffRole === null)
    await client.query("insert into membership (user_id, tenant_id, role) values ($1, $2, 'manager')", [id, tenantId]);
  return id;
}
