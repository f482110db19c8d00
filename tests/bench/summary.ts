import type { Name } from "./contestants";
import type { Load } from "./load";

/** What each contestant did in its turn of one round. */
export type Round = Partial<Record<Name, Load>>;

/** Medians over the rounds; latencies in ms. `addedMs` is the median of what a round's p50 lies above the upstream's. */
export type Measured = { perSecond: number; p50Ms: number; p99Ms: number; addedMs: number };

export function measured(rounds: Round[], name: Name): Measured {
  const loads = rounds.map((round) => loadOf(round, name));
  return {
    perSecond: median(loads.map(perSecond)),
    p50Ms: median(loads.map(({ p50 }) => p50)) / 1000,
    p99Ms: median(loads.map(({ p99 }) => p99)) / 1000,
    addedMs: median(rounds.map((round) => loadOf(round, name).p50 - loadOf(round, "upstream").p50)) / 1000,
  };
}

/** How many times one contestant's throughput is another's: the median of the rounds' own ratios. */
export function ratio(rounds: Round[], name: Name, to: Name): number {
  return median(rounds.map((round) => perSecond(loadOf(round, name)) / perSecond(loadOf(round, to))));
}

/** Answers of the kind that was asked for: 2xx, or where refusals are measured those. */
export function perSecond({ answers, refused, seconds }: Load): number {
  return (answers - refused) / seconds;
}

export function median(values: number[]): number {
  return percentile(values, 50);
}

export function percentile(values: number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const position = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

function loadOf(round: Round, name: Name): Load {
  const load = round[name];
  if (!load) throw new Error(`${name} had no turn in this round.`);
  return load;
}

export function sum<Of>(all: Of[], figure: (each: Of) => number): number {
  return all.reduce((total, each) => total + figure(each), 0);
}
