import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import type { LedgerCheck } from "./check-ledger";
import { type Contestants, type Name, names, startContestants } from "./contestants";
import { hasWrk, type Load, load, loadAll } from "./load";
import { measureStreams, type StreamsMeasured } from "./streams";
import { median, perSecond, type Round, sum } from "./summary";
import { factsOf, tablesOf } from "./tables";

/** `npm run bench`: see README.md in this folder. Exits 1 when an answered call is not on the ledger. */
const { values: given } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    streams: { type: "string", default: "1000" },
    json: { type: "boolean", default: false },
  },
});
const rounds = positive("--rounds", given.rounds);
const seconds = positive("--seconds", given.seconds);
const streamCount = positive("--streams", given.streams);
const connectionCounts = [1, 8, 32, 128];
const warmUpSeconds = 5;
const streamRounds = 3;

const labels: Record<Name, string> = {
  upstream: "bare upstream",
  passThrough: "pass-through",
  portkey: "Portkey",
  sluice: "Sluice",
  pair: "two Sluices",
};
const progress = (line: string) => console.error(line);

export type Measurements = {
  machine: ReturnType<typeof describeMachine>;
  load: { by: "wrk" | "loop"; rounds: number; seconds: number };
  /** By number of connections. */
  calls: { connections: number; rounds: Round[] }[];
  refusalsPerSecond: number;
  /** Of which the first warmed up. */
  streams: StreamsMeasured[];
  /** What Sluice's clients got, and what stands on its ledger. */
  metering: Answers & LedgerCheck & { problems: string[] };
};

type Answers = { answered: number; refused: number; broken: number };

progress("Starting upstream, pass-through, Portkey and Sluice …");
const machine = describeMachine();
const contestants = await startContestants();
try {
  const measurements = await measure(contestants);
  const { problems } = measurements.metering;
  process.exitCode = problems.length === 0 ? 0 : 1;
  if (given.json) console.log(JSON.stringify({ ...measurements, facts: factsOf(measurements) }, null, 2));
  else console.log(tablesOf(measurements, labels));
  for (const problem of problems) console.error(problem);
} finally {
  await contestants.stop();
}
process.exit();

async function measure(started: Contestants): Promise<Measurements> {
  const { targets, abuser } = started;
  const ofSluice: Answers = { answered: 0, refused: 0, broken: 0 };
  const run = async (name: Name, connections: number, forSeconds: number): Promise<Load> => {
    const result = await loadAll(targets[name], { connections, seconds: forSeconds });
    if (result.answers - result.refused === 0)
      throw new Error(
        `${labels[name]} gave no answer but ${result.refused} refusals and ${result.broken} broken connections.`,
      );
    if (name === "sluice" || name === "pair") {
      ofSluice.answered += result.answers - result.refused;
      ofSluice.refused += result.refused;
      ofSluice.broken += result.broken;
    }
    return result;
  };

  for (const name of names) {
    progress(`Warming up: ${labels[name]} …`);
    await run(name, 32, warmUpSeconds);
  }
  const calls = connectionCounts.map((connections) => ({ connections, rounds: [] as Round[] }));
  const refusals: number[] = [];
  for (let number = 1; number <= rounds; number++) {
    progress(`Round ${number} of ${rounds} …`);
    for (const { connections, rounds: played } of calls) {
      const playing = names.filter((name) => name !== "pair" || connections > 1);
      played.push(await playRound(playing, number, (name) => run(name, connections, seconds)));
    }
    const { answers, refused, seconds: took } = await load(abuser, { connections: 32, seconds });
    if (refused < answers) throw new Error(`${answers - refused} calls passed a limit of zero.`);
    refusals.push(refused / took);
  }
  const streams: StreamsMeasured[] = [];
  for (let number = 0; number <= streamRounds; number++) {
    progress(`${streamCount} streams, ${number === 0 ? "to warm up" : `${number} of ${streamRounds}`} …`);
    streams.push(await measureStreams(started, streamCount));
  }
  const ledger = await started.readLedger();
  return {
    machine,
    load: { by: hasWrk ? "wrk" : "loop", rounds, seconds },
    calls,
    refusalsPerSecond: median(refusals),
    streams,
    metering: { ...ofSluice, ...ledger, problems: problemsOf({ ofSluice, streams, ledger }) },
  };
}

/** Each round begins with another contestant, so that none always runs in another's wake. */
async function playRound(playing: Name[], number: number, run: (name: Name) => Promise<Load>): Promise<Round> {
  const round: Round = {};
  for (let turn = 0; turn < playing.length; turn++) {
    const name = playing[(number + turn) % playing.length] as Name;
    round[name] = await run(name);
    progress(`  ${labels[name]}: ${perSecond(round[name]).toFixed(0)} calls/s`);
  }
  return round;
}

/** Calls that the load generator broke off at the end of a round are on the ledger too, so there may be more there than answers. */
function problemsOf({
  ofSluice,
  streams,
  ledger,
}: {
  ofSluice: Answers;
  streams: StreamsMeasured[];
  ledger: LedgerCheck;
}): string[] {
  const problems: string[] = [];
  const broken = sum(streams, ({ sluice }) => sluice.broken);
  const answered = ofSluice.answered + sum(streams, ({ sluice }) => sluice.streams) - broken;
  if (ledger.recorded < answered) problems.push(`Metering lost ${answered - ledger.recorded} calls.`);
  if (ledger.open > 0) problems.push(`${ledger.open} calls are still open.`);
  if (ofSluice.refused > 0) problems.push(`Sluice refused ${ofSluice.refused} calls.`);
  if (broken > 0) problems.push(`${broken} streams came incomplete.`);
  return problems.concat(ledger.drifts.map((drift) => `Drift: ${drift}`));
}

function describeMachine() {
  const [processor] = cpus();
  return {
    cores: cpus().length,
    model: processor?.model.trim() ?? "unknown processor",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    loadBefore: loadavg()[0]?.toFixed(1),
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`${name} must be a whole number above 0.`);
  process.exit(1);
}
