import { v7 as uuidv7 } from "uuid";
import { dayAt, localDate, monthAt } from "@/lib/quota/window";
import type { ClientSeed, KeySeed, Rhythm } from "./clients";
import { costOf, modelSeeds } from "./models";
import { planSeedOf } from "./plans";
import { type Random, randomOf } from "./random";

/** A client as it has been made, with the keys and users that its past calls name. */
export type SeededClient = {
  seed: ClientSeed;
  tenantId: string;
  keys: { seed: KeySeed; id: string; createdAt: Date; revokedAt: Date | null }[];
  users: { id: string; name: string; weight: number }[];
  joinedAt: Date;
  /** From then on it made no calls: idle, suspended. */
  endedAt: Date | null;
};

/** One past call, as the ledger keeps it. */
export type PastCall = {
  id: string;
  tenantId: string;
  at: Date;
  apiKey: { id: string; name: string } | null;
  user: { id: string; name: string } | null;
  source: "apikey" | "web" | "legacy";
  provider: string;
  endpoint: string;
  model: string;
  answeredModel: string | null;
  state: "settled" | "failed";
  httpStatus: number;
  stream: boolean;
  reservedTokens: number;
  reservedInput: number;
  usage: {
    inputTokens: number;
    outputTokens: number;
    cachedInputTokens: number;
    reasoningTokens: number | null;
  } | null;
  estimated: boolean;
  cost: number | null;
  latencyMs: number;
  firstByteMs: number | null;
  hourStartsAt: Date;
  dayStartsAt: Date;
  monthStartsAt: Date;
  localDate: string;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** [from, to), and how many times as much as the clients' seeds say is used in it. */
type PastSpan = { from: Date; to: Date; scale: number };

/** How busy each hour of the day is, from midnight on. */
export const hours: Record<Rhythm, number[]> = {
  office: [0, 0, 0, 0, 0, 0, 1, 3, 8, 10, 11, 10, 6, 8, 10, 10, 8, 5, 2, 1, 1, 0.5, 0.2, 0],
  shop: [1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 4, 5, 6, 6, 7, 6, 6, 6, 7, 8, 9, 10, 10, 8, 5, 2],
  always: [3, 2, 2, 2, 2, 3, 4, 5, 7, 8, 9, 9, 8, 8, 9, 9, 8, 8, 7, 6, 5, 5, 4, 3],
};
export const weekends: Record<Rhythm, number> = { office: 0.12, shop: 1.15, always: 0.8 };

/**
 * The calls that a client made in [from, to). A day's come out the same however often they are asked for; only those of
 * today, for a client whose use of today is settled, add up to it by `to`, and then it makes no more.
 */
export function* pastCalls(client: SeededClient, { from, to, scale }: PastSpan): Generator<PastCall> {
  const { seed, keys, endedAt } = client;
  const firstKeyAt = new Date(Math.min(...keys.map(({ createdAt }) => createdAt.getTime())));
  const startsAt = later(from, firstKeyAt);
  const endsAt = endedAt && endedAt < to ? endedAt : to;
  for (let at = startsAt; at < endsAt; ) {
    const day = describeDay(at, seed.timeZone);
    const span = { from: startsAt, to: endsAt };
    const isSettled = day.endsAt > to && seed.usedToday !== undefined;
    if (!isSettled) yield* callsOfDay(client, day, { ...span, scale });
    else if (day.startsAt >= from) yield* callsUpToLimit(client, day, span);
    at = day.endsAt;
  }
}

type Day = { startsAt: Date; endsAt: Date; monthStartsAt: Date; date: string; isWeekend: boolean };

function describeDay(at: Date, timeZone: string): Day {
  const { startsAt, endsAt } = dayAt(at, timeZone);
  const date = localDate(at, timeZone);
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
  return {
    startsAt,
    endsAt,
    date,
    monthStartsAt: monthAt(at, timeZone).startsAt,
    isWeekend: weekday === 0 || weekday === 6,
  };
}

function* callsOfDay(client: SeededClient, day: Day, span: PastSpan): Generator<PastCall> {
  const { seed, tenantId, joinedAt } = client;
  const random = randomOf(`${seed.name} ${day.date}`);
  const age = (day.startsAt.getTime() - joinedAt.getTime()) / (seed.joinedDaysAgo * dayMs);
  const growth = 0.35 + 0.65 * Math.min(1, Math.max(0, age)) ** 0.8;
  const calls = Math.round(
    span.scale * seed.callsPerDay * growth * (day.isWeekend ? weekends[seed.rhythm] : 1) * random.spread(0.18),
  );
  for (let number = 0; number < calls; number++) {
    const ofCall = randomOf(`${seed.name} ${day.date} ${number}`);
    const at = instantIn(day, seed.rhythm, ofCall);
    if (at >= span.from && at < span.to) yield callAt({ client, tenantId, day, at, random: ofCall });
  }
}

/** Calls until the given share of the daily limit is used up, all before `to`. */
function* callsUpToLimit(client: SeededClient, day: Day, span: { from: Date; to: Date }): Generator<PastCall> {
  const { seed, tenantId } = client;
  const random = randomOf(`${seed.name} ${day.date}`);
  const dailyTokens = planSeedOf(seed.plan).dailyTokenLimit;
  const target = dailyTokens * (seed.usedToday as number);
  const startsAt = later(day.startsAt, span.from).getTime();
  const endsAt = target >= dailyTokens ? limitReachedAt(day, span.to) : span.to;
  for (let used = 0; used < target; ) {
    const at = new Date(Math.floor(random.between(startsAt, Math.max(startsAt, endsAt.getTime()))));
    const call = callAt({ client, tenantId, day, at, random });
    used += call.usage ? call.usage.inputTokens + call.usage.outputTokens : 0;
    yield call;
  }
}

/** Who is over the limit of a day by now has been so for the last sixth of it. */
export function limitReachedAt({ startsAt }: { startsAt: Date }, now: Date): Date {
  return new Date(Math.floor(now.getTime() - (now.getTime() - startsAt.getTime()) / 6));
}

function instantIn(day: Day, rhythm: Rhythm, random: Random): Date {
  const { hour } = random.pick(hours[rhythm].map((weight, index) => ({ weight, hour: index })));
  const latest = day.endsAt.getTime() - 1;
  return new Date(Math.min(latest, Math.floor(day.startsAt.getTime() + (hour + random.next()) * hourMs)));
}

function callAt({
  client,
  tenantId,
  day,
  at,
  random,
}: {
  client: SeededClient;
  tenantId: string;
  day: Day;
  at: Date;
  random: Random;
}): PastCall {
  const caller = callerAt(client, at, random);
  const name = random.pick(caller.models).name;
  const { provider, endpoint, model, answeredModel, isStreamed, ...size } = modelSeeds[name];

  const inputTokens = Math.max(12, Math.round(size.inputTokens * random.spread(0.55)));
  const outputTokens = size.outputTokens === 0 ? 0 : Math.max(4, Math.round(size.outputTokens * random.spread(0.6)));
  const isCached = inputTokens > 1_024 && random.next() < 0.4;
  const cachedInputTokens = isCached ? Math.floor((inputTokens * random.between(0.4, 0.8)) / 128) * 128 : 0;
  const stream = isStreamed && random.next() < 0.6;
  const firstByteMs = Math.round(320 * random.spread(0.4));
  const fate = random.next();
  const usage = {
    inputTokens,
    outputTokens,
    cachedInputTokens,
    reasoningTokens: endpoint === "responses" ? Math.floor(outputTokens * 0.4) : null,
  };
  const call: PastCall = {
    id: uuidv7({ msecs: at.getTime(), random: bytesOf(random) }),
    tenantId,
    at,
    apiKey: caller.apiKey,
    user: caller.user,
    source: caller.source,
    provider,
    endpoint,
    model,
    answeredModel,
    state: "settled",
    httpStatus: 200,
    stream,
    reservedTokens: inputTokens + Math.max(1_024, outputTokens),
    reservedInput: inputTokens,
    usage,
    estimated: stream && fate > 0.993,
    cost: costOf(name, usage, at),
    latencyMs: Math.round(firstByteMs + outputTokens * size.millisecondsPerToken * random.spread(0.2)),
    firstByteMs,
    hourStartsAt: new Date(
      day.startsAt.getTime() + Math.floor((at.getTime() - day.startsAt.getTime()) / hourMs) * hourMs,
    ),
    dayStartsAt: day.startsAt,
    monthStartsAt: day.monthStartsAt,
    localDate: day.date,
  };
  if (fate < 0.006) return { ...call, state: "failed", httpStatus: 503, usage: null, cost: null, answeredModel: null };
  if (fate < 0.011) {
    const nothing = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: null };
    return { ...call, httpStatus: 400, usage: nothing, cost: 0, answeredModel: null, latencyMs: firstByteMs };
  }
  return call;
}

const playground = [
  { name: "gpt-4o-mini", weight: 3 },
  { name: "gpt-4.1", weight: 1 },
] as const;

/** Which key or user made a call, of those that could at the time. */
function callerAt(
  { keys, users }: SeededClient,
  at: Date,
  random: Random,
): Pick<PastCall, "apiKey" | "user" | "source"> & { models: readonly KeySeed["models"][number][] } {
  const usable = keys.filter(({ createdAt, revokedAt }) => createdAt <= at && (revokedAt === null || at < revokedAt));
  const callers = [
    ...usable.map((key) => ({ weight: key.seed.weight, key, user: null })),
    ...users.map((user) => ({ weight: user.weight, key: null, user })),
  ];
  const { key, user } = random.pick(callers);
  if (user) return { apiKey: null, user: { id: user.id, name: user.name }, source: "web", models: playground };
  const { id, seed } = key as (typeof keys)[number];
  return {
    apiKey: { id, name: seed.name },
    user: null,
    source: seed.legacySecret ? "legacy" : "apikey",
    models: seed.models,
  };
}

function bytesOf(random: Random): Uint8Array {
  return Uint8Array.from({ length: 16 }, () => Math.floor(random.next() * 256));
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}
