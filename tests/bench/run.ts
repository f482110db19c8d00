import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import type { LedgerCheck } from "./check-ledger";
import { type Contestants, type Name, names, startContestants } from "./contestants";
import { hasWrk, type Load, load } from "./load";
import { type Round, ratio, type Summary, summarise } from "./summary";

/** `npm run bench`: see README.md in this folder. Exits 1 when an answered call is not on the ledger. */
const { values: given } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
  },
});
const rounds = positive("--rounds", given.rounds);
const seconds = positive("--seconds", given.seconds);
const manyConnections = 32;
const warmUpSeconds = 3;

const labels: Record<Name, string> = {
  upstream: "bare upstream",
  passThrough: "pass-through",
  portkey: "Portkey",
  sluice: "Sluice",
};
const progress = (line: string) => console.error(line);

type Answers = { answered: number; refused: number; broken: number };

progress("Starting upstream, pass-through, Portkey and Sluice …");
const machine = describeMachine();
const contestants = await startContestants();
try {
  const { one, many, ofSluice } = await measure(contestants);
  const ledger = await contestants.readLedger();
  report({ one, many, ofSluice, ledger });
} finally {
  await contestants.stop();
}
process.exit();

async function measure({ targets }: Contestants): Promise<{ one: Round[]; many: Round[]; ofSluice: Answers }> {
  const ofSluice: Answers = { answered: 0, refused: 0, broken: 0 };
  const run = async (name: Name, connections: number, forSeconds: number): Promise<Load> => {
    const result = await load(targets[name], { connections, seconds: forSeconds });
    if (result.answers - result.refused === 0)
      throw new Error(
        `${labels[name]} gave no answer but ${result.refused} refusals and ${result.broken} broken connections.`,
      );
    if (name === "sluice") {
      ofSluice.answered += result.answers - result.refused;
      ofSluice.refused += result.refused;
      ofSluice.broken += result.broken;
    }
    return result;
  };

  for (const name of names) {
    progress(`Warming up: ${labels[name]} …`);
    await run(name, manyConnections, warmUpSeconds);
  }
  const [one, many]: [Round[], Round[]] = [[], []];
  for (let number = 1; number <= rounds; number++) {
    progress(`Round ${number} of ${rounds} …`);
    one.push(await playRound(number, (name) => run(name, 1, seconds)));
    many.push(await playRound(number, (name) => run(name, manyConnections, seconds)));
  }
  return { one, many, ofSluice };
}

/** Each round begins with another contestant, so that none always runs in another's wake. */
async function playRound(number: number, run: (name: Name) => Promise<Load>): Promise<Round> {
  const round: Partial<Round> = {};
  for (let turn = 0; turn < names.length; turn++) {
    const name = names[(number + turn) % names.length] as Name;
    round[name] = await run(name);
  }
  return round as Round;
}

function report({
  one,
  many,
  ofSluice,
  ledger,
}: {
  one: Round[];
  many: Round[];
  ofSluice: Answers;
  ledger: LedgerCheck;
}): void {
  const summary = summarise({ one, many });
  const ratios = {
    throughputToPortkey: ratio(many, "sluice", "portkey"),
    throughputToPassThrough: ratio(many, "sluice", "passThrough"),
    addedLatencyToPortkey: summary.sluice.addedMs / summary.portkey.addedMs,
  };
  const problems = problemsOf({ ofSluice, ledger });
  process.exitCode = problems.length === 0 ? 0 : 1;

  if (given.json) {
    const load = { by: hasWrk ? "wrk" : "loop", rounds, seconds, manyConnections };
    console.log(
      JSON.stringify(
        { machine, load, summary, ratios, metering: { ...ofSluice, ...ledger, problems }, rounds: { one, many } },
        null,
        2,
      ),
    );
    return;
  }
  console.log(
    `\n${machine.cores} cores of ${machine.model}, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}, load before: ${machine.loadBefore}`,
  );
  console.log(
    `Medians of ${rounds} rounds of ${seconds} s each, by ${hasWrk ? "wrk" : "a loop in Node"}; Sluice with 6 limits, PostgreSQL with fsync on.\n`,
  );
  console.log(tableOf(summary, { one, many }));
  console.log(
    `\nSluice serves ${ratios.throughputToPortkey.toFixed(2)} times as many calls a second as Portkey at ${manyConnections} connections, ${ratios.throughputToPassThrough.toFixed(2)} times as many as the pass-through;`,
  );
  console.log(
    `at one connection it adds ${summary.sluice.addedMs.toFixed(2)} ms to the upstream's answer, Portkey ${summary.portkey.addedMs.toFixed(2)} ms.`,
  );
  console.log(
    `\nMetering: ${ofSluice.answered} calls answered, ${ledger.recorded} on the ledger, ${ledger.open} open, ${ledger.drifts.length} drifts.`,
  );
  for (const problem of problems) console.error(problem);
}

function tableOf(summary: Summary, { one, many }: { one: Round[]; many: Round[] }): string {
  const header = [
    "",
    `calls/s at ${manyConnections}`,
    "to Portkey",
    "p50 ms",
    "p99 ms",
    "calls/s at 1",
    "to Portkey",
    "p50 ms",
    "p99 ms",
    "added ms",
  ];
  const rows = names.map((name) => {
    const { one: alone, many: busy, addedMs } = summary[name];
    return [
      labels[name],
      busy.perSecond.toFixed(0),
      `${ratio(many, name, "portkey").toFixed(2)} ×`,
      busy.p50Ms.toFixed(2),
      busy.p99Ms.toFixed(2),
      alone.perSecond.toFixed(0),
      `${ratio(one, name, "portkey").toFixed(2)} ×`,
      alone.p50Ms.toFixed(2),
      alone.p99Ms.toFixed(2),
      name === "upstream" ? "" : addedMs.toFixed(2),
    ];
  });
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}

/** Calls that the load generator broke off at the end of a round are on the ledger too, so there may be more there than answers. */
function problemsOf({ ofSluice, ledger }: { ofSluice: Answers; ledger: LedgerCheck }): string[] {
  const problems: string[] = [];
  if (ledger.recorded < ofSluice.answered) problems.push(`Metering lost ${ofSluice.answered - ledger.recorded} calls.`);
  if (ledger.open > 0) problems.push(`${ledger.open} calls are still open.`);
  if (ofSluice.refused > 0) problems.push(`Sluice refused ${ofSluice.refused} calls.`);
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
