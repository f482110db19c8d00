import pg from "pg";
import { prisma } from "@/lib/db/client";
import { env } from "@/lib/env";
import { listKeys } from "@/lib/keys/store";
import { clientSeeds } from "./seed/clients";
import { pastCalls, type SeededClient } from "./seed/history";
import { buildInstallation, type SeededSecrets } from "./seed/installation";
import { insertCalls, recount } from "./seed/ledger";
import { loadManyCalls } from "./seed/many-calls";
import { buildManyClients, type ManyClient } from "./seed/many-clients";
import { insertRefusals } from "./seed/refusals";

const monthMs = 30.5 * 24 * 3_600_000;
/** A call takes its time: none of the invented ones is still open. */
const settledMs = 60_000;

/** What the clients that show something make in thirteen months by themselves; more comes from many others. */
const usualCalls = 200_000;
/** Of what their seeds say, so that it comes to that. */
const usualShare = 0.9;
const usualClients = 12;
const usualKeys = 23;
const largeClients = 60;
const largeKeys = 1_000;
/** For each key more, so that lists of them have something to show. */
const callsPerKey = 10;

/** How large the agency is to be: past calls if thirteen months are made, clients and keys, each about so many. */
export type DemoSize = { calls?: number; clients?: number; keys?: number };

type Seed = DemoSize & {
  upstreamUrl: string;
  months: number;
  now: Date;
  report?(line: string): void;
};

/**
 * Fills an empty installation with an agency, believable clients and months of use. Two runs on one
 * day give the same numbers, which end with now. Gives the clients' secrets, which nobody else can tell afterwards, and how many calls there are.
 */
export async function seed({
  upstreamUrl,
  months,
  now,
  report = () => {},
  ...size
}: Seed): Promise<{ secrets: SeededSecrets; calls: number }> {
  return await withConnection(async (client) => {
    const { clients, secrets } = await buildInstallation({ client, upstreamUrl, now });
    const from = new Date(now.getTime() - months * monthMs);
    const { calls, more } = sizeOf(size);
    const many = await addMany(client, { ...more, from, now, report });
    const scale = Math.min(1, calls / usualCalls) * usualShare;
    const made = await addHistory(client, { clients, from, now, scale, others: many.clients });
    await insertRefusals(client, { clients, now });
    await client.query("analyze");
    return { secrets, calls: made + many.calls };
  });
}

/** Adds what the clients would have used since the last call on the ledger, so that today is not empty some days later. */
export async function continueHistory({ now }: { now: Date }): Promise<number> {
  return await withConnection(async (client) => {
    const { rows } = await client.query<{ last: Date | null }>("select max(admitted_at) as last from usage_record");
    const last = rows[0]?.last;
    if (!last || now.getTime() - last.getTime() < 30 * settledMs) return 0;
    const clients = await readClients(now);
    return await addHistory(client, {
      clients,
      from: new Date(last.getTime() + 1),
      now,
      scale: usualShare,
      others: [],
    });
  });
}

/** What is asked for beyond the usual. */
function sizeOf({ calls, clients, keys }: DemoSize): {
  calls: number;
  more: Pick<AddMany, "calls" | "clients" | "keys">;
} {
  const isLarge = clients !== undefined || keys !== undefined || (calls ?? 0) > usualCalls;
  const moreClients = (clients ?? largeClients) - usualClients;
  const moreKeys = Math.max((keys ?? largeKeys) - usualKeys, moreClients);
  const all = calls ?? usualCalls + (isLarge ? callsPerKey * moreKeys : 0);
  return { calls: all, more: { calls: all - usualCalls, clients: isLarge ? moreClients : 0, keys: moreKeys } };
}

type AddMany = { calls: number; clients: number; keys: number; from: Date; now: Date; report(line: string): void };

/** Dozens of clients with hundreds of keys, that make so many calls. */
async function addMany(
  client: pg.ClientBase,
  { calls, clients: tenants, keys, from, now, report }: AddMany,
): Promise<{ clients: ManyClient[]; calls: number }> {
  if (calls <= 0 || tenants <= 0) return { clients: [], calls: 0 };

  const { clients, actors } = await buildManyClients({ client, tenants, keys, from, now });
  const to = new Date(now.getTime() - settledMs);
  const databaseUrl = env().DATABASE_URL;
  return { clients, calls: await loadManyCalls({ databaseUrl, clients, actors, calls, from, to, report }) };
}

type AddHistory = { clients: SeededClient[]; from: Date; now: Date; scale: number; others: ManyClient[] };

async function addHistory(client: pg.ClientBase, { clients, from, now, scale, others }: AddHistory): Promise<number> {
  const to = new Date(now.getTime() - settledMs);
  await client.query(
    "select ensure_usage_partitions(($1::timestamptz - interval '1 day')::date, ($2::timestamptz + interval '3 months')::date)",
    [from, now],
  );
  let calls = 0;
  for (const each of clients) calls += await insertCalls(client, pastCalls(each, { from, to, scale }));
  const counted = [...clients.map(({ tenantId, seed }) => ({ tenantId, timeZone: seed.timeZone })), ...others];
  await withConnection((other) => recount([client, other], { clients: counted, since: from, now }));
  return calls;
}

/** The invented clients as an earlier run has made them; those that somebody has renamed or removed since are left alone. */
async function readClients(now: Date): Promise<SeededClient[]> {
  const tenants = await prisma().tenant.findMany({
    where: { archivedAt: null },
    include: { memberships: { include: { user: true } } },
  });
  const clients = tenants.map(async (tenant): Promise<SeededClient[]> => {
    const seed = clientSeeds.find(({ name, timeZone }) => name === tenant.name && timeZone === tenant.timeZone);
    if (!seed || seed.lastCallDaysAgo !== undefined || tenant.status === "suspended") return [];
    const keys = (await listKeys(tenant.id, now)).flatMap((key) => {
      const keySeed = seed.keys.find(({ name }) => name === key.name);
      return keySeed && key.state === "active"
        ? [{ seed: keySeed, id: key.id, createdAt: new Date(key.createdAt), revokedAt: null }]
        : [];
    });
    if (keys.length === 0) return [];
    const users = tenant.memberships.map(({ user }) => ({
      id: user.id,
      name: user.name,
      weight: seed.users.find(({ email }) => email === user.email)?.weight ?? 0,
    }));
    return [{ seed, tenantId: tenant.id, keys, users, joinedAt: tenant.createdAt, endedAt: null }];
  });
  return (await Promise.all(clients)).flat();
}

async function withConnection<T>(use: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: env().DATABASE_URL, application_name: "sluice-seed" });
  await client.connect();
  try {
    await client.query("set synchronous_commit = off; set work_mem = '256MB'; set jit = off");
    return await use(client);
  } finally {
    await client.end();
  }
}
