import { randomBytes } from "node:crypto";
import type pg from "pg";
import { v7 as uuidv7 } from "uuid";
import type { Actor } from "@/lib/auth/require-staff";
import { createPlan } from "@/lib/plans/create-plan";
import { slugOf } from "@/lib/tenants/slug";
import type { Rhythm } from "./clients";
import type { ModelName } from "./models";
import { type Random, randomOf } from "./random";

/** Who makes calls of a client: a key, or a user in the playground. */
export type ManyActor = {
  tenantId: string;
  keyId: string | null;
  userId: string | null;
  name: string;
  source: "apikey" | "web" | "legacy";
  models: ModelName[];
  weight: number;
  from: Date;
  to: Date;
};

export type ManyClient = {
  tenantId: string;
  timeZone: string;
  rhythm: Rhythm;
  /** Its calls begin here at the earliest. */
  from: Date;
};

const beginnings = [
  ..."Alder Birke Cobalt Delta Ember Fjord Granat Hafen Iris Jasper Karst Lumen".split(" "),
  ..."Merle Nimbus Ocker Prisma Quarz Rowan Sable Tessel Umbra Vesper Wicker Yarrow".split(" "),
];
const endings = [
  ..."Foods Mobility Health Immobilien Media Robotics Textiles Travel Versand Academy Energie Optik".split(" "),
  ..."Garden Legal Logistics Pharma Hotels Ceramics Sports Insurance Books Audio Furniture Marine".split(" "),
];
const zones = [
  ..."Europe/Berlin Europe/Amsterdam Europe/London Europe/Madrid Europe/Warsaw Europe/Zurich".split(" "),
  ..."America/New_York America/Chicago America/Los_Angeles America/Sao_Paulo".split(" "),
  ..."Asia/Kolkata Asia/Tokyo Asia/Singapore Asia/Kathmandu Australia/Sydney UTC".split(" "),
];
const apps =
  "Website|Shop|Support desk|Search|Newsletter|Mobile app|Translations|Product texts|Chat widget|Reports".split("|");
const places = "live|staging|Berlin|Lyon|Leeds|Boston|Pune|Osaka|batch|beta".split("|");
const rhythms: Rhythm[] = ["office", "shop", "always"];
const models: ModelName[][] = [
  ["gpt-4o-mini", "gpt-4.1-mini"],
  ["gpt-4o-mini"],
  ["text-embedding-3-small"],
  ["gpt-4.1", "gpt-5-mini"],
  ["mistral-small-latest", "mistral-large-latest"],
];
const dayMs = 24 * 3_600_000;
/** So many have a year of use behind them; the others came lately. */
const longStanding = 48;
const newcomerDays = 35;

/** What large clients are on: room for whatever they are given. */
const volumePlan = {
  name: "Volume",
  feeCents: 690_000,
  currency: "USD",
  dailyTokenLimit: 900_000_000,
  monthlyTokenLimit: 20_000_000_000,
  requestsPerMinute: 60_000,
};

type Build = {
  client: pg.ClientBase;
  tenants: number;
  keys: number;
  /** Their calls begin here at the earliest. */
  from: Date;
  now: Date;
};

/** Clients that show nothing but size: a few large, most small, with keys that come and go. */
export async function buildManyClients({ client, tenants, keys, from, now }: Build): Promise<{
  clients: ManyClient[];
  actors: ManyActor[];
}> {
  const actor: Actor = { id: null, name: "Demo", role: "owner" };
  const { id: planId } = await createPlan({ input: { ...volumePlan, allowedModels: [] }, actor, now: from });
  const sizes = Array.from({ length: tenants }, (_, place) => 1 / (place + 2) ** 0.9);
  const keyCounts = shares(sizes, keys);
  const built: ManyClient[] = [];
  const actors: ManyActor[] = [];
  const names: string[] = [];
  for (const [place, size] of sizes.entries()) {
    const name = nameAt(place);
    const random = randomOf(`many ${place}`);
    const tenantId = uuidv7();
    const begun =
      place < longStanding ? from : new Date(Math.max(from.getTime(), now.getTime() - newcomerDays * dayMs));
    names.push(name);
    built.push({
      tenantId,
      timeZone: zones[place % zones.length] as string,
      rhythm: rhythms[place % rhythms.length] as Rhythm,
      from: begun,
    });
    actors.push(...keysOf({ tenantId, size, count: keyCounts[place] as number, random, from: begun, now }));
    actors.push(playerOf({ tenantId, name, size, from: begun, now }));
  }
  await insertTenants(client, { clients: built, names, planId });
  await insertKeys(
    client,
    actors.filter(({ keyId }) => keyId !== null),
  );
  await insertPlayers(
    client,
    actors.filter(({ userId }) => userId !== null),
  );
  return { clients: built, actors };
}

function nameAt(place: number): string {
  const pairs = beginnings.length * endings.length;
  const ending = endings[(place * 7 + Math.floor(place / beginnings.length)) % endings.length];
  const pair = `${beginnings[place % beginnings.length]} ${ending}`;
  return place < pairs ? pair : `${pair} ${Math.floor(place / pairs) + 1}`;
}

type NewTenants = { clients: ManyClient[]; names: string[]; planId: string };

/** All of them on one plan since they came. */
async function insertTenants(client: pg.ClientBase, { clients, names, planId }: NewTenants): Promise<void> {
  const rows = clients.map(({ tenantId, timeZone, from }, place) => {
    const name = names[place] as string;
    return { id: tenantId, name, slug: slugOf(name), time_zone: timeZone, subscription: uuidv7(), created_at: from };
  });
  await client.query(
    `with given as (
       select * from json_to_recordset($1) as t (id uuid, name text, slug text, time_zone text, subscription uuid, created_at timestamptz)
     ),
     tenants as (
       insert into tenant (id, slug, name, time_zone, created_at) select id, slug, name, time_zone, created_at from given
     )
     insert into subscription (id, tenant_id, plan_id, starts_at) select subscription, id, $2, created_at from given`,
    [JSON.stringify(rows), planId],
  );
}

/** Whole numbers in proportion, at least one each, that add up to the total. */
function shares(sizes: number[], total: number): number[] {
  const sum = sizes.reduce((one, other) => one + other, 0);
  const counts = sizes.map((size) => Math.max(1, Math.floor((size / sum) * total)));
  for (let place = 0, rest = total - counts.reduce((one, other) => one + other, 0); rest > 0; place++, rest--)
    counts[place % counts.length] = (counts[place % counts.length] as number) + 1;
  return counts;
}

type KeysOf = { tenantId: string; size: number; count: number; random: Random; from: Date; now: Date };

function keysOf({ tenantId, size, count, random, from, now }: KeysOf): ManyActor[] {
  const weights = Array.from({ length: count }, (_, place) => 1 / (place + 1) ** 1.1);
  const sum = weights.reduce((one, other) => one + other, 0);
  return weights.map((weight, place) => {
    const isLegacy = place === 1 && random.next() < 0.2;
    const begun = place < 2 ? from : new Date(random.between(from.getTime(), now.getTime() - 20 * dayMs));
    const isRevoked = place > 0 && random.next() < 0.08;
    const to = isRevoked ? new Date(random.between(begun.getTime() + 5 * dayMs, now.getTime())) : now;
    const app = `${apps[place % apps.length]} ${places[Math.floor(place / apps.length) % places.length]}`;
    return {
      tenantId,
      keyId: uuidv7(),
      userId: null,
      name: isLegacy ? "Shared key from before" : place < apps.length ? (apps[place] as string) : `${app} ${place}`,
      source: isLegacy ? "legacy" : "apikey",
      models: models[Math.floor(random.next() * models.length)] as ModelName[],
      weight: (size * weight) / sum,
      from: begun,
      to,
    };
  });
}

/** Written at once; nobody can call with them, as nobody knows a secret. */
async function insertKeys(client: pg.ClientBase, keys: ManyActor[]): Promise<void> {
  const rows = keys.map(({ tenantId, keyId, name, source, from, to }, place) => ({
    id: keyId,
    tenant_id: tenantId,
    name,
    prefix: `slc_${randomBytes(3).toString("hex")}`,
    kind: source === "legacy" ? "legacy" : "standard",
    hash: randomBytes(32).toString("hex"),
    // Some were rotated: their old secret has run out.
    previous: place % 17 === 3 ? randomBytes(32).toString("hex") : null,
    created_at: from,
    revoked_at: to.getTime() < Date.now() - dayMs ? to : null,
  }));
  await client.query(
    `insert into api_key (id, tenant_id, name, prefix, kind, secret_hash, previous_secret_hash, previous_secret_expires_at,
       created_at, revoked_at, revoked_by)
     select id, tenant_id, name, prefix, kind, decode(hash, 'hex'), decode(previous, 'hex'),
       case when previous is not null then created_at + interval '9 days' end, created_at, revoked_at,
       case when revoked_at is not null then 'Demo' end
     from json_to_recordset($1) as k (id uuid, tenant_id uuid, name text, prefix text, kind key_kind, hash text, previous text,
       created_at timestamptz, revoked_at timestamptz)`,
    [JSON.stringify(rows)],
  );
}

type Player = { tenantId: string; name: string; size: number; from: Date; now: Date };

function playerOf({ tenantId, name, size, from, now }: Player): ManyActor {
  return {
    tenantId,
    keyId: null,
    userId: uuidv7(),
    name: `Team of ${name}`,
    source: "web",
    models: ["gpt-4o-mini", "gpt-4.1"],
    weight: size * 0.01,
    from,
    to: now,
  };
}

async function insertPlayers(client: pg.ClientBase, players: ManyActor[]): Promise<void> {
  const rows = players.map(({ tenantId, userId, name, from }) => {
    const email = `team@${slugOf(name.replace("Team of ", ""))}.example`;
    return { id: userId, tenant_id: tenantId, name, email, created_at: from };
  });
  await client.query(
    `with given as (
       select * from json_to_recordset($1) as u (id uuid, tenant_id uuid, name text, email text, created_at timestamptz)
     ),
     users as (insert into "user" (id, email, name, created_at) select id, email, name, created_at from given)
     insert into membership (user_id, tenant_id, role) select id, tenant_id, 'manager' from given`,
    [JSON.stringify(rows)],
  );
}
