import { type Name, names } from "./contestants";
import type { Load } from "./load";

export type Round = Record<Name, Load>;

/** Medians over the rounds; latencies in ms. `addedMs` is the median of what a round's p50 at one connection lies above the upstream's. */
export type Measured = { perSecond: number; p50Ms: number; p99Ms: number };
export type Summary = Record<Name, { one: Measured; many: Measured; addedMs: number }>;

export function summarise({ one, many }: { one: Round[]; many: Round[] }): Summary {
  const entries = names.map((name) => {
    const addedMs = median(one.map((round) => round[name].p50 - round.upstream.p50)) / 1000;
    return [name, { one: measured(one, name), many: measured(many, name), addedMs }];
  });
  return Object.fromEntries(entries) as Summary;
}

/** How many times one contestant's throughput is another's: the median of the rounds' own ratios. */
export function ratio(rounds: Round[], name: Name, to: Name): number {
  return median(rounds.map((round) => perSecond(round[name]) / perSecond(round[to])));
}

function measured(rounds: Round[], name: Name): Measured {
  return {
    perSecond: median(rounds.map((round) => perSecond(round[name]))),
    p50Ms: median(rounds.map((round) => round[name].p50)) / 1000,
    p99Ms: median(rounds.map((round) => round[name].p99)) / 1000,
  };
}

function perSecond({ answers, refused, seconds }: Load): number {
  return (answers - refused) / seconds;
}

function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
