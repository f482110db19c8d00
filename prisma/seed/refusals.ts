import type pg from "pg";
import { dayAt, hourAt, localDate } from "@/lib/quota/window";
import { limitReachedAt, type SeededClient } from "./history";
import { randomOf } from "./random";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const shownDays = 45;

/** Counts calls that were refused: on some evenings of those near their limit, today's of those over it, and what an app run wild makes. */
export async function insertRefusals(
  client: pg.ClientBase,
  { clients, now }: { clients: SeededClient[]; now: Date },
): Promise<void> {
  const tallies = [
    ...clients.filter(({ seed }) => seed.usedToday !== undefined).flatMap((each) => refusalsOf(each, now)),
    ...clients.flatMap((each) => abuseOf(each, now)),
  ];
  await client.query("select tally($1)", [JSON.stringify(tallies)]);
}

type Tally = { client: SeededClient; since?: Date; at: Date; reason: string; count: number };

function tallyOf({ client: { seed, tenantId, keys }, at, since = at, reason, count }: Tally) {
  const { id: actor } = keys[0] as SeededClient["keys"][number];
  const { startsAt: hour } = hourAt(at, seed.timeZone);
  return {
    tenant: tenantId,
    hour,
    date: localDate(at, seed.timeZone),
    source: "apikey",
    actor,
    reason,
    count,
    since,
    at,
  };
}

function abuseOf(client: SeededClient, now: Date) {
  const { abuse, name } = client.seed;
  const random = randomOf(`${name} abuse`);
  return Array.from({ length: (abuse?.forDays ?? 0) * 24 }, (_, hoursAgo) =>
    tallyOf({
      client,
      at: new Date(now.getTime() - hoursAgo * hourMs - 60_000),
      reason: "requests_minute_tenant",
      count: Math.ceil((abuse?.refusedAnHour ?? 0) * random.spread(0.3)),
    }),
  );
}

function refusalsOf(client: SeededClient, now: Date) {
  const { seed } = client;
  const random = randomOf(`${seed.name} refusals`);
  const tallyAt = (at: Date, count: number) => tallyOf({ client, at, reason: "tokens_day_tenant", count });
  const evenings = Array.from({ length: shownDays }, (_, index) => new Date(now.getTime() - (index + 1) * dayMs))
    .filter(() => random.next() < 0.15)
    .map((at) =>
      tallyAt(
        new Date(dayAt(at, seed.timeZone).endsAt.getTime() - random.between(600_000, 6_000_000)),
        Math.ceil(9 * random.spread(0.8)),
      ),
    );
  return seed.usedToday === 1 ? [...evenings, ...refusalsOfToday(client, now)] : evenings;
}

/** From when its limit was used up, in each hour. */
function refusalsOfToday(client: SeededClient, now: Date) {
  const tallies = [];
  for (let since = limitReachedAt(dayAt(now, client.seed.timeZone), now); since < now; ) {
    const { endsAt } = hourAt(since, client.seed.timeZone);
    const at = new Date(Math.min(endsAt.getTime() - 1, now.getTime()));
    tallies.push(tallyOf({ client, since, at, reason: "tokens_day_tenant", count: 7 }));
    since = endsAt;
  }
  return tallies;
}
