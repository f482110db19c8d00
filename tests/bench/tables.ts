import { type Name, names } from "./contestants";
import type { Measurements } from "./run";
import { measured, median, type Round, ratio, sum } from "./summary";

/** The figures that matter, by name. */
export function factsOf({ calls, refusalsPerSecond, streams }: Measurements) {
  const [alone, busy] = [roundsAt(calls, 1), roundsAt(calls, 32)];
  const [, ...warm] = streams;
  const memory = streams.flatMap(({ bytesPerStream }) => bytesPerStream ?? []);
  return {
    throughputToPortkey: ratio(busy, "sluice", "portkey"),
    throughputToPassThrough: ratio(busy, "sluice", "passThrough"),
    addedMs: measured(alone, "sluice").addedMs,
    portkeyAddedMs: measured(alone, "portkey").addedMs,
    refusalsPerSecond,
    chunkAddedP50Ms: median(warm.map(({ addedP50Ms }) => addedP50Ms)),
    chunkAddedP99Ms: median(warm.map(({ addedP99Ms }) => addedP99Ms)),
    bytesPerStream: memory.length === 0 ? null : Math.max(...memory),
  };
}

export function tablesOf(measurements: Measurements, labels: Record<Name, string>): string {
  const { machine, load, calls, streams, metering } = measurements;
  const facts = factsOf(measurements);
  const kilobytes = facts.bytesPerStream === null ? "unknown" : `${(facts.bytesPerStream / 1024).toFixed(0)} KB`;
  return [
    "",
    `${machine.cores} cores of ${machine.model}, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}, load before: ${machine.loadBefore}`,
    `Medians of ${load.rounds} rounds of ${load.seconds} s each, by ${load.by === "wrk" ? "wrk" : "a loop in Node"}; Sluice with 6 limits, PostgreSQL with fsync on.`,
    ...calls.flatMap(({ connections, rounds }) => [
      "",
      `${connections} ${connections === 1 ? "connection" : "connections"}`,
      tableOf(rounds, labels),
    ]),
    "",
    `At 32 connections Sluice serves ${facts.throughputToPortkey.toFixed(2)} times as many calls as Portkey and ${(facts.throughputToPassThrough * 100).toFixed(0)} % of the pass-through;`,
    `at one it adds ${facts.addedMs.toFixed(2)} ms to the upstream's answer, Portkey ${facts.portkeyAddedMs.toFixed(2)} ms.`,
    `Refusals of a key that has used up its limit: ${facts.refusalsPerSecond.toFixed(0)} a second.`,
    `${streams[0]?.sluice.streams} streams at once: a chunk is ${facts.chunkAddedP50Ms.toFixed(2)} ms later (p50), ${facts.chunkAddedP99Ms.toFixed(2)} ms (p99); ${kilobytes} of memory for each.`,
    "",
    `Metering: ${metering.answered} calls and ${sum(streams, ({ sluice }) => sluice.streams)} streams answered, ${metering.recorded} on the ledger, ${metering.open} open, ${metering.drifts.length} drifts.`,
  ].join("\n");
}

function roundsAt(calls: Measurements["calls"], connections: number): Round[] {
  return calls.find((each) => each.connections === connections)?.rounds ?? [];
}

function tableOf(rounds: Round[], labels: Record<Name, string>): string {
  const header = ["", "calls/s", "to Portkey", "p50 ms", "p99 ms", "added ms"];
  const playing = names.filter((name) => rounds[0]?.[name]);
  const rows = playing.map((name) => {
    const { perSecond, p50Ms, p99Ms, addedMs } = measured(rounds, name);
    return [
      labels[name],
      perSecond.toFixed(0),
      `${ratio(rounds, name, "portkey").toFixed(2)} ×`,
      p50Ms.toFixed(2),
      p99Ms.toFixed(2),
      name === "upstream" ? "" : addedMs.toFixed(2),
    ];
  });
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}
