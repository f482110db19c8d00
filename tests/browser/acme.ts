import type { Page } from "@playwright/test";
import { completion } from "../fixtures/scripted-upstream";
import { admin } from "../server";
import { addOpenai, enter, owner, password, statusOfCall, test, useConsole } from "./console";
import { addMember, execute } from "./users";

type Key = { id: string; name: string; secret: string };

const names = ["Café Shop", "Chatbot", "Search", "Blog", "Forum", "Wiki", "Mailer", "Legal", "Intern"];

/** What each key of the client has used, the first the most. */
export const tokensOf = (rank: number) => (10 - rank) * 1_000;

/** A client whose keys, a legacy key among them, and whose playground have been used today. */
export function useAcme() {
  const running = useConsole();
  const { server, database, upstream } = running;
  const manager = { email: "mona@acme.example", password };
  const acme = { tenantId: "" };
  const keys: Key[] = [];

  test.beforeAll(async () => {
    upstream.otherwise(completion({ inputTokens: 20, outputTokens: 22 }));
    await addOpenai(running);
    for (const name of ["Anthropic", "Gemini"]) {
      const vendor = name.toLowerCase();
      await admin(server, "POST", "/providers", { slug: vendor, name, vendor, credential: "sk-another" });
    }
    const plan = { name: "Plan", monthlyTokenLimit: 100_000 };
    const { id: planId } = await admin<{ id: string }>(server, "POST", "/plans", plan);
    const { id: tenantId } = await admin<{ id: string }>(server, "POST", "/tenants", { name: "Acme GmbH", planId });
    acme.tenantId = tenantId;
    const makeKey = (input: object) => admin<Key>(server, "POST", `/tenants/${tenantId}/keys`, input);
    for (const [rank, name] of names.entries()) {
      const key = await makeKey({ name });
      keys.push(key);
      await use({ source: "apikey", actorId: key.id, tokens: tokensOf(rank) });
    }
    const legacy = await makeKey({ name: "Old plugin", secret: "an-old-secret-of-the-site" });
    await use({ source: "legacy", actorId: legacy.id, tokens: 50 });
    const mona = await addMember(database, { email: manager.email, name: "Mona Manager", tenantId, role: "manager" });
    await use({ source: "web", actorId: mona, tokens: 500 });
    await admin(server, "POST", `/tenants/${tenantId}/keys/${keyNamed("Legal").id}/revocation`);
  });

  /** Use of today, straight in the roll-ups. */
  async function use({ source, actorId, tokens }: { source: string; actorId: string; tokens: number }): Promise<void> {
    const columns = "tenant_id, source, actor_id, requests, input_tokens, total_tokens, last_used_at";
    const given = "$1, $2, $3, 1, $4, $4, now()";
    const day = `insert into usage_daily (${columns}, local_date) values (${given}, (now() at time zone 'UTC')::date)`;
    const hour = `insert into usage_hourly (${columns}, starts_at) values (${given}, date_trunc('hour', now(), 'UTC'))`;
    for (const sql of [day, hour]) await execute(database, sql, [acme.tenantId, source, actorId, tokens]);
  }

  function keyNamed(name: string): Key {
    return keys.find((key) => key.name === name) as Key;
  }

  async function enterAs(page: Page, who: { email: string; password: string }): Promise<void> {
    await page.goto(`${server.url}/login`);
    await enter(page, who);
  }

  return {
    server,
    acme,
    keys,
    keyNamed,
    call: ({ secret }: { secret: string }) => statusOfCall(running, secret),
    enterAsStaff: (page: Page) => enterAs(page, owner),
    enterAsManager: (page: Page) => enterAs(page, manager),
  };
}
