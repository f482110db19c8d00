import type pg from "pg";
import { dayAt, hourAt, localDate } from "@/lib/quota/window";
import type { SeededClient } from "./history";
import { randomOf } from "./random";

const dayMs = 24 * 3_600_000;
const shownDays = 45;

/** Counts calls that were refused: on some evenings of those near their limit, and today's of those over it. */
export async function insertRefusals(
  client: pg.ClientBase,
  { clients, now }: { clients: SeededClient[]; now: Date },
): Promise<void> {
  const tallies = clients.filter(({ seed }) => seed.usedToday !== undefined).flatMap((each) => refusalsOf(each, now));
  await client.query("select tally($1)", [JSON.stringify(tallies)]);
}

function refusalsOf({ seed, tenantId, keys }: SeededClient, now: Date) {
  const key = keys[0] as SeededClient["keys"][number];
  const random = randomOf(`${seed.name} refusals`);
  const tallyAt = (at: Date, count: number) => ({
    tenant: tenantId,
    hour: hourAt(at, seed.timeZone).startsAt,
    date: localDate(at, seed.timeZone),
    source: "apikey",
    actor: key.id,
    reason: "tokens_day_tenant",
    count,
    at,
  });
  const evenings = Array.from({ length: shownDays }, (_, index) => new Date(now.getTime() - (index + 1) * dayMs))
    .filter(() => random.next() < 0.15)
    .map((at) =>
      tallyAt(
        new Date(dayAt(at, seed.timeZone).endsAt.getTime() - random.between(600_000, 6_000_000)),
        Math.ceil(9 * random.spread(0.8)),
      ),
    );
  return seed.usedToday === 1 ? [...evenings, tallyAt(new Date(now.getTime() - 60_000), 23)] : evenings;
}
