import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Usage } from "../metering/types";
import { processSingleton } from "../process-singleton";
import { CounterSeries, HistogramSeries } from "./series";

/** How an admitted call ended, as `lib/gateway/settle-call` names it. */
type EndedCall = {
  provider: string;
  outcome: string;
  usage: Usage | null;
  upstreamMs: number;
  firstByteMs: number | null;
};

type WrittenBatch = { calls: number; settlements: number; ms: number };

/** Ours and a batch's: from a tenth of a millisecond. */
const shortSeconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
/** Models answer within seconds to minutes. */
const longSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** The usual statuses as texts, which need not be made for each call. */
const statusText: Record<number, string> = { 200: "200", 429: "429" };

/**
 * What this process counts of itself, for Prometheus. Labels are chosen here or by staff (a provider's slug), never by a
 * client: neither their number nor what stands in them can be driven from outside. Clients, keys and models are in the ledger.
 */
class Metrics {
  readonly registry = new Registry();
  /** Metered calls that asked for a stream and are not settled. */
  openStreams = 0;
  private readonly answers = this.counter("answers_total", "Answers of the gateway to its clients.", ["status"]);
  private readonly refusals = this.counter("refusals_total", "Calls that were not let through.", ["reason"]);
  private readonly calls = this.counter("calls_total", "Admitted calls that have ended.", ["provider", "outcome"]);
  private readonly tokens = this.counter("tokens_total", "Tokens used; input includes cached ones.", [
    "provider",
    "kind",
  ]);
  private readonly added = this.histogram("added_seconds", "What a call waits here before it is sent upstream.", {
    bounds: shortSeconds,
  });
  private readonly upstream = this.histogram("upstream_seconds", "From sending a call upstream to its end.", {
    bounds: longSeconds,
    labelNames: ["provider"],
  });
  private readonly firstByte = this.histogram(
    "upstream_first_byte_seconds",
    "From sending a call upstream to the first byte of its answer's body.",
    { bounds: longSeconds, labelNames: ["provider"] },
  );
  private readonly batchCalls = this.histogram("batch_calls", "Calls that were admitted or refused in one commit.", {
    bounds: batchSizes,
  });
  private readonly batchSettlements = this.histogram(
    "batch_settlements",
    "Settlements that were written in one commit.",
    { bounds: batchSizes },
  );
  private readonly batchSeconds = this.histogram("batch_seconds", "Round trip of one batch to the database.", {
    bounds: shortSeconds,
  });
  private readonly batchFailures = this.counter("batch_failures_total", "Batches that the database did not take.");

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.watch("streams_open", "Streams that have not ended.", () => this.openStreams);
  }

  /** Any answer of the gateway. `refusedFor` names what stood in the way of a call. */
  answered(status: number, refusedFor: string | null): void {
    this.answers.add(1, statusText[status] ?? String(status));
    if (refusedFor !== null) this.refusals.add(1, refusedFor);
  }

  admitted(waitedMs: number): void {
    this.added.observe(waitedMs / 1_000);
  }

  ended({ provider, outcome, usage, upstreamMs, firstByteMs }: EndedCall): void {
    this.calls.add(1, provider, outcome);
    this.upstream.observe(upstreamMs / 1_000, provider);
    if (firstByteMs !== null) this.firstByte.observe(firstByteMs / 1_000, provider);
    if (usage === null) return;
    if (usage.inputTokens) this.tokens.add(usage.inputTokens, provider, "input");
    if (usage.outputTokens) this.tokens.add(usage.outputTokens, provider, "output");
    if (usage.cachedInputTokens) this.tokens.add(usage.cachedInputTokens, provider, "cached_input");
    if (usage.cacheWriteTokens) this.tokens.add(usage.cacheWriteTokens, provider, "cache_write");
    if (usage.reasoningTokens) this.tokens.add(usage.reasoningTokens, provider, "reasoning");
  }

  wroteBatch({ calls, settlements, ms }: WrittenBatch): void {
    if (calls > 0) this.batchCalls.observe(calls);
    if (settlements > 0) this.batchSettlements.observe(settlements);
    this.batchSeconds.observe(ms / 1_000);
  }

  failedBatch(): void {
    this.batchFailures.add(1);
  }

  /** A value that is read when it is asked for. */
  watch(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `sluice_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  private counter(name: string, help: string, labelNames: string[] = []): CounterSeries {
    return new CounterSeries({ registry: this.registry, name: `sluice_${name}`, help, labelNames });
  }

  private histogram(name: string, help: string, given: { bounds: number[]; labelNames?: string[] }): HistogramSeries {
    const { bounds, labelNames = [] } = given;
    return new HistogramSeries({ registry: this.registry, name: `sluice_${name}`, help, labelNames }, bounds);
  }
}

export function metrics(): Metrics {
  return processSingleton("health.metrics", () => new Metrics());
}
