import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { encode } from "next-auth/jwt";
import pg from "pg";
import { request } from "undici";
import { createDatabase, startDatabaseServer, type TestDatabase } from "../database-server";
import { adminToken, type RunningServer, secrets, startServer } from "../server";
import { measurePaint, type Painted } from "./paint";
import { percentile } from "./summary";

/** `npm run bench -- pages`: how long reports and pages take on the demo's data. */
const { values: given } = parseArgs({
  options: {
    calls: { type: "string" },
    clients: { type: "string" },
    keys: { type: "string" },
    repeats: { type: "string", default: "40" },
    database: { type: "string" },
  },
  allowPositionals: true,
});
const size = Object.fromEntries(
  (["calls", "clients", "keys"] as const).flatMap((name) => (given[name] ? [[name, Number(given[name])]] : [])),
);
const repeats = Number(given.repeats);
/** What the bounds are for is a warm server: code that has run a few times only is not compiled yet. */
const warmUps = 10;
const paintLoads = 5;
const paintBounds = { largestPaintMs: 1_500, blockingMs: 200 };
const dayMs = 24 * 3_600_000;
const progress = (line: string) => console.error(line);

type Measured = { what: string; p50Ms: number; p95Ms: number; kilobytes: number; boundMs?: number };

const database = await (given.database === undefined ? makeDemo() : { url: given.database, drop: async () => {} });
try {
  const server = await startServer({ lane: "fast", databaseUrl: database.url });
  try {
    const { tenants, calls, clients, keys, cookies } = await lookAround();
    const [reports, pages] = [await measureReports(server, tenants), await measurePages(server, tenants, cookies)];
    console.log(
      `On ${calls.toLocaleString("en")} calls of ${clients} clients with ${keys} keys, ${repeats} times each:\n`,
    );
    console.log(tableOf([...reports, ...pages]));
    console.log(`\n${await firstLoad(server, "/sources", cookies.staff)}\n`);
    console.log(await paintOf(server, tenants, cookies));
  } finally {
    await server.stop();
  }
} finally {
  await database.drop();
}
process.exit();

/** The demo's data in a PostgreSQL of its own. */
async function makeDemo(): Promise<TestDatabase> {
  const stopServer = await startDatabaseServer();
  const database = await createDatabase();
  Object.assign(process.env, { ...secrets, DATABASE_URL: database.url });
  const [{ seed }, { closeDatabase }] = await Promise.all([import("@/prisma/seed"), import("@/lib/db/client")]);
  const startedAt = performance.now();
  const made = await seed({
    upstreamUrl: "http://127.0.0.1:9",
    months: 13,
    now: new Date(),
    report: progress,
    ...size,
  });
  progress(`${made.calls.toLocaleString("en")} calls made in ${Math.round((performance.now() - startedAt) / 1000)} s.`);
  await closeDatabase();
  return {
    url: database.url,
    drop: async () => {
      await database.drop().catch(() => {});
      await stopServer();
    },
  };
}

type Tenant = { id: string; slug: string };

type Counts = { calls: number; clients: number; keys: number };

/** Sessions of the owner, and of somebody of the client that has used most. */
type Cookies = { staff: string; client: string };

type Account = { id: string; version: number };

/** How much there is, the client that has used most, and who signs in. */
async function lookAround(): Promise<Counts & { tenants: { largest: Tenant }; cookies: Cookies }> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("vacuum analyze");
  const { rows: tenants } = await client.query<Tenant>(
    `select t.id, t.slug from tenant t join usage_daily d on d.tenant_id = t.id group by 1, 2 order by sum(d.requests) desc limit 1`,
  );
  const { rows: owners } = await client.query<Account>(
    `select id, session_version as version from "user" where staff_role = 'owner'`,
  );
  const { rows: members } = await client.query<Account>(
    `select id, session_version as version from "user" join membership on user_id = id where tenant_id = $1`,
    [tenants[0]?.id],
  );
  const { rows: counts } = await client.query<Counts>(
    `select (select sum(requests + failed)::int from usage_daily) as calls, (select count(*)::int from tenant) as clients,
       (select count(*)::int from api_key) as keys`,
  );
  await client.end();
  return {
    tenants: { largest: tenants[0] as Tenant },
    ...(counts[0] as Counts),
    cookies: { staff: await cookieOf(owners[0] as Account), client: await cookieOf(members[0] as Account) },
  };
}

async function cookieOf({ id, version }: Account): Promise<string> {
  const token = await encode({ token: { sub: id, version }, secret: secrets.AUTH_SECRET });
  return `next-auth.session-token=${token}`;
}

async function measureReports(server: RunningServer, { largest }: { largest: Tenant }): Promise<Measured[]> {
  const to = new Date();
  const days = (count: number) => `from=${new Date(to.getTime() - count * dayMs).toISOString()}&to=${to.toISOString()}`;
  const headers = { authorization: `Bearer ${adminToken}` };
  const of = `tenantId=${largest.id}`;
  const asked: [what: string, path: string, boundMs?: number][] = [
    ["sources of all, 30 days by day", `/api/admin/usage/sources?${days(30)}&bucket=day`, 100],
    ["sources of all, 24 hours by hour", `/api/admin/usage/sources?${days(1)}&bucket=hour`],
    ["sources of all, a year by month", `/api/admin/usage/sources?${days(365)}&bucket=month`],
    ["sources of the largest client, 30 days", `/api/admin/usage/sources?${of}&${days(30)}&bucket=day`, 30],
    ["sources of its own page, 30 days", `/api/usage/sources?tenant=${largest.slug}&${days(30)}&bucket=day`, 30],
    ["all figures of its own page", `/api/usage/page?tenant=${largest.slug}&${days(30)}&bucket=day&months=13`],
    ["calls per month of all", "/api/admin/usage/monthly"],
    ["calls per month of the largest client", `/api/admin/usage/monthly?${of}&months=13`, 30],
    ["requests of all, a page", "/api/admin/usage/requests?limit=50"],
    ["requests of the largest client", `/api/admin/usage/requests?${of}&limit=50`],
    ["overview", "/api/admin/overview"],
    ["use of all, 24 hours", "/api/admin/overview/use"],
    ["use of all, 30 days", "/api/admin/overview/use?span=month"],
    ["clients by name, a page", "/api/admin/tenants?limit=50"],
    ["clients by what is taken", "/api/admin/tenants?limit=50&sort=-taken"],
    ["clients by calls", "/api/admin/tenants?limit=50&sort=-calls"],
    ["clients by last call", "/api/admin/tenants?limit=50&sort=-used"],
    ["clients near a limit", "/api/admin/tenants?limit=50&status=attention"],
    ["clients found by a word", "/api/admin/tenants?limit=50&search=audio"],
    ["anything found by a word, from ⌘K", "/api/admin/search?q=shop"],
    ["anything found by a letter, from ⌘K", "/api/admin/search?q=s"],
    ["limits of the largest client", `/api/admin/tenants/${largest.id}/quota`],
    ["keys of the largest client", `/api/admin/tenants/${largest.id}/keys`],
    ["plans", "/api/admin/plans"],
    ["providers with their health", "/api/admin/providers/health"],
    ["people of the largest client", `/api/admin/tenants/${largest.id}/people`],
    ["team", "/api/admin/team"],
    ["changes, a page", "/api/admin/audit?limit=50"],
    ["changes found by a word", "/api/admin/audit?limit=50&search=nothing-of-this"],
  ];
  const measured: Measured[] = [];
  for (const [what, path, boundMs] of asked)
    measured.push({ ...(await measure(server, { what, path, headers })), ...(boundMs && { boundMs }) });
  return measured;
}

async function measurePages(
  server: RunningServer,
  { largest }: { largest: Tenant },
  cookies: Cookies,
): Promise<Measured[]> {
  const client = `/clients/${largest.slug}`;
  const measured: Measured[] = [];
  const paths = [
    "/",
    "/clients",
    client,
    `${client}/keys`,
    `${client}/limits`,
    `${client}/sources`,
    `${client}/months`,
    `${client}/requests`,
    "/sources",
    "/plans",
    "/providers",
    "/audit",
  ];
  for (const path of paths)
    measured.push(await measure(server, { what: `page ${path}`, path, headers: { cookie: cookies.staff } }));
  const [what, path] = ["page of the client's own", "/usage"];
  return [...measured, await measure(server, { what, path, headers: { cookie: cookies.client } })];
}

type Asked = { what: string; path: string; headers: Record<string, string> };

/** Until the last byte of the answer is there, compressed as browsers ask for it: to unpack it is not the server's work. */
async function measure({ url }: RunningServer, { what, path, headers }: Asked): Promise<Measured> {
  const times: number[] = [];
  let bytes = 0;
  for (let count = -warmUps; count < repeats; count++) {
    const startedAt = performance.now();
    const { statusCode, body } = await request(url + path, { headers: { ...headers, "accept-encoding": "gzip" } });
    bytes = (await body.arrayBuffer()).byteLength;
    if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}.`);
    if (count >= 0) times.push(performance.now() - startedAt);
  }
  progress(`  ${what}: ${percentile(times, 50).toFixed(1)} ms`);
  return { what, p50Ms: percentile(times, 50), p95Ms: percentile(times, 95), kilobytes: bytes / 1024 };
}

/** The scripts that a page's HTML asks for, as a browser gets them: what is for browsers without modules is left out. */
async function firstLoad({ url }: RunningServer, path: string, cookie: string): Promise<string> {
  const html = await (await fetch(url + path, { headers: { cookie } })).text();
  const sources = new Set(
    [...html.matchAll(/<script[^>]+src="([^"]+\.js[^"]*)"[^>]*>/g)]
      .filter(([tag]) => !/\snomodule/i.test(tag))
      .map(([, source]) => source as string),
  );
  let bytes = 0;
  for (const source of sources) {
    const script = await (await fetch(new URL(source, url))).arrayBuffer();
    bytes += gzipSync(new Uint8Array(script)).length;
  }
  return `First load of ${path}: ${(bytes / 1024).toFixed(0)} KB of JavaScript, gzipped, in ${sources.size} files.`;
}

/** How the heaviest pages load in a browser, as a table. */
async function paintOf({ url }: RunningServer, { largest }: { largest: Tenant }, cookies: Cookies): Promise<string> {
  const client = `/clients/${largest.slug}`;
  const tabs = [client, `${client}/sources`, `${client}/months`, `${client}/requests`, `${client}/limits`];
  const paths = ["/", "/clients", "/sources", ...tabs];
  const forStaff = await measurePaint(url, { cookie: cookies.staff, paths, loads: paintLoads });
  const own = await measurePaint(url, { cookie: cookies.client, paths: ["/usage"], loads: paintLoads });
  if (forStaff === null || own === null) return "No browser was found, so no paint was measured.";
  const { largestPaintMs, blockingMs } = paintBounds;
  return [
    `In Chromium, medians of ${paintLoads} loads (at most ${largestPaintMs} and ${blockingMs} ms):\n`,
    "| | largest paint ms | blocked ms | layout shift |",
    "| --- | ---: | ---: | ---: |",
    ...[...forStaff, ...own].map(paintRow),
  ].join("\n");
}

function paintRow({ path, largestPaintMs, blockingMs, shift }: Painted): string {
  return `| ${path} | ${largestPaintMs.toFixed(0)} | ${blockingMs.toFixed(0)} | ${shift.toFixed(3)} |`;
}

function tableOf(rows: Measured[]): string {
  const cells = rows.map(({ what, p50Ms, p95Ms, kilobytes, boundMs }) => [
    what,
    p50Ms.toFixed(1),
    p95Ms.toFixed(1),
    boundMs === undefined ? "" : String(boundMs),
    kilobytes.toFixed(0),
  ]);
  const lines = [["", "p50 ms", "p95 ms", "at most", "KB"], ["---", "---:", "---:", "---:", "---:"], ...cells];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}
