import { encode } from "next-auth/jwt";
import pg from "pg";
import { createDatabase } from "../database-server";
import { ScriptedUpstream } from "../fixtures/scripted-upstream";
import { admin, type RunningServer, secrets, startServer } from "../server";

/** How much there is to see; `new` is an installation that nobody has set up. */
export const amounts = ["new", "none", "little", "much"] as const;
export type Amount = (typeof amounts)[number];

export const owner = {
  agencyName: "Harbour Digital",
  name: "Olive Owner",
  email: "owner@harbour.example",
  password: "correct horse battery staple",
};

export type Shown = {
  server: RunningServer;
  upstream: ScriptedUpstream;
  /** A page's path with what is there in place of `[slug]`, `[provider]` and `[token]`; null where nothing has such a page. */
  pathOf(template: string): string | null;
  /** Sessions; null where nobody is there yet. */
  staff: string | null;
  client: string | null;
  stop(): Promise<void>;
};

/** Without mail nobody can ask for a new password, and that page is not there. Nobody gets any. */
const mail = { SMTP_URL: "smtp://127.0.0.1:9", SMTP_FROM: "Harbour Digital <ai@harbour.example>" };

/** An installation of its own with so much in it. */
export async function startInstallation(amount: Amount): Promise<Shown> {
  const upstream = new ScriptedUpstream();
  await upstream.start();
  const database = await createDatabase();
  if (amount === "much") await makeMuch(database.url, upstream.url);
  const server = await startServer({ lane: "fast", databaseUrl: database.url, env: mail });
  if (amount === "none" || amount === "little")
    await fetch(`${server.url}/api/setup`, { method: "POST", body: JSON.stringify(owner) });
  const invitation = amount === "little" ? await makeLittle(server, upstream.url) : null;

  const names = await namesIn(database.url);
  return {
    server,
    upstream,
    pathOf: (template) => fill(template, { slug: names.slug, provider: names.provider, token: invitation ?? "none" }),
    staff: await sessionOf(names.staff),
    client: await sessionOf(names.client),
    stop: async () => {
      await server.stop();
      await upstream.stop();
      await database.drop().catch(() => {});
    },
  };
}

function fill(template: string, names: Record<string, string | null>): string | null {
  const wanted = [...template.matchAll(/\[(\w+)\]/g)].map(([, name]) => name as string);
  if (wanted.some((name) => names[name] == null)) return null;
  return template.replace(/\[(\w+)\]/g, (_, name: string) => names[name] as string);
}

/** What the demo shows: in this process, before the server starts. */
async function makeMuch(databaseUrl: string, upstreamUrl: string): Promise<void> {
  Object.assign(process.env, { ...secrets, DATABASE_URL: databaseUrl, LOG_LEVEL: "warn" });
  const [{ seed }, { closeDatabase }] = await Promise.all([import("@/prisma/seed"), import("@/lib/db/client")]);
  await seed({ upstreamUrl, months: 13, now: new Date() });
  await closeDatabase();
}

/** One of each, and three calls. Names are as long, and written as, names are. Gives the token of an invitation. */
async function makeLittle(server: RunningServer, upstreamUrl: string): Promise<string> {
  const made = (path: string, body: object) =>
    admin<{ id: string; secret: string; invitation: { path: string } }>(server, "POST", path, body);
  await made("/providers", {
    slug: "openai",
    name: "OpenAI",
    vendor: "openai",
    baseUrl: upstreamUrl,
    credential: "sk-none",
  });
  const plan = await made("/plans", { name: "Business", dailyTokenLimit: 50_000, monthlyRequestLimit: 1_000 });
  const tenant = await made("/tenants", {
    name: "مطبعة الميناء وشركاؤها للنشر والتوزيع",
    slug: "harbour-press",
    planId: plan.id,
  });
  const key = await made(`/tenants/${tenant.id}/keys`, {
    name: "The web shop of the northern branch, in production, since the spring of 2026",
  });
  await made(`/tenants/${tenant.id}/people`, { name: "Uma User", email: "uma@press.example", role: "manager" });
  const { invitation } = await made("/team", { name: "Vera Viewer", email: "vera@harbour.example", role: "viewer" });
  for (let count = 0; count < 3; count++) {
    await fetch(`${server.url}/api/proxy/openai/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key.secret}` },
      body: JSON.stringify({ model: "gpt-4o-mini", messages: [{ role: "user", content: "Hello!" }] }),
    });
  }
  return invitation.path.replace("/welcome/", "");
}

type Person = { id: string; version: number };
type Names = { slug: string | null; provider: string | null; staff: Person | null; client: Person | null };

/** The client that has used most and one of its people, the first provider, and the owner. */
async function namesIn(databaseUrl: string): Promise<Names> {
  const connection = new pg.Client({ connectionString: databaseUrl });
  await connection.connect();
  const first = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row | null> =>
    (await connection.query<Row>(sql, values)).rows[0] ?? null;
  const tenant = await first<{ id: string; slug: string }>(
    `select t.id, t.slug from tenant t left join usage_daily d on d.tenant_id = t.id where t.archived_at is null
     group by 1, 2 order by coalesce(sum(d.requests), 0) desc limit 1`,
  );
  const provider = await first<{ slug: string }>("select slug from provider order by is_default desc, slug limit 1");
  const staff = await first<Person>(
    `select id, session_version as version from "user" where staff_role = 'owner' order by created_at limit 1`,
  );
  const client = await first<Person>(
    `select u.id, u.session_version as version from "user" u join membership m on m.user_id = u.id
     order by m.tenant_id = $1 desc, u.created_at limit 1`,
    [tenant?.id ?? null],
  );
  await connection.end();
  return { slug: tenant?.slug ?? null, provider: provider?.slug ?? null, staff, client };
}

async function sessionOf(person: Person | null): Promise<string | null> {
  return person && (await encode({ token: { sub: person.id, version: person.version }, secret: secrets.AUTH_SECRET }));
}
