import { metrics } from "../health/metrics";
import { traceCall } from "../health/tracing";
import { log } from "../log";
import { learnedOutput } from "../metering/learned-output";
import { meter } from "../metering/lifecycle";
import { priceOf } from "../metering/price";
import type { Caller, Settlement, Usage } from "../metering/types";
import type { Endpoint, RequestFacts, Upstream, UsageReport } from "../providers/types";
import type { AdmittedCall } from "./admit-call";
import { atLeastDelivered, cutUsage, estimatedUsage, learnReasoning, nothing } from "./count-delivered";
import type { ProxyCall } from "./handle-call";
import { first } from "./headers";
import { outputSeries } from "./reservation";

/** How an admitted call ended. */
export type Outcome =
  /** The provider answered, and its answer was read to its end. */
  | { kind: "answered"; status: number; report: UsageReport }
  /** The provider turned the request down (4xx): the call counts, no tokens. */
  | { kind: "declined"; status: number }
  /** The answer broke off, or the client left, before its end. */
  | { kind: "broken"; status: number; report: UsageReport; byClient: boolean }
  /** The provider failed before any output: neither call nor tokens count. */
  | { kind: "failed"; status: number | null };

type OpenCall = {
  id: string;
  headers: ProxyCall["headers"];
  settled: ProxyCall["settled"];
  tenantId: string;
  admittedAt: Date;
  upstream: Upstream;
  endpoint: Endpoint;
  facts: RequestFacts;
  caller: Caller;
  outputCap: number | null;
  /** For its answer. */
  reservedOutput: number;
  startedAtMs: number;
};

/** An admitted call until it is settled. */
export type CallRecord = {
  /** The provider as admission saw it, by whose prices the call is settled. */
  sentTo(upstream: Upstream): void;
  noteFirstByte(): void;
  /** The first of what is no reasoning has come. */
  noteAnswer(): void;
  /** The first outcome counts. Resolves when the settlement is queued, which is before its client sees the end. */
  settle(outcome: Outcome): Promise<void>;
  /** The same where the outcome is still to be read from the answer: its client need not wait for that. */
  settleSoon(readOutcome: () => Outcome): Promise<void>;
};

/** What is not metered has no row in the ledger, and nothing to settle. */
export function openRecord({
  call: { headers, settled },
  requestId,
  admitted,
  upstream,
  endpoint,
  facts,
}: Pick<OpenCall, "upstream" | "endpoint" | "facts"> & {
  call: ProxyCall;
  requestId: string;
  admitted: AdmittedCall;
}): CallRecord {
  const { caller, verdict, outputCap } = admitted;
  const startedAtMs = performance.now();
  const call = {
    id: requestId,
    headers,
    settled,
    tenantId: caller.tenant.id,
    admittedAt: verdict.admittedAt,
    upstream,
    endpoint,
    facts,
    caller,
    outputCap,
    reservedOutput: outputCap ?? Math.max(0, verdict.reservedTokens - facts.inputTokens),
    startedAtMs,
  };
  let firstByteMs: number | null = null;
  let answerBeganMs: number | null = null;
  let isSettled = endpoint.kind !== "metered";
  const isStream = !isSettled && facts.stream;
  if (isStream) metrics().openStreams += 1;
  return {
    sentTo: (upstream) => {
      call.upstream = upstream;
    },
    noteFirstByte: () => {
      firstByteMs = performance.now() - startedAtMs;
    },
    noteAnswer: () => {
      answerBeganMs = performance.now() - startedAtMs;
    },
    settle: (outcome) => {
      if (isSettled) return done;
      isSettled = true;
      if (isStream) metrics().openStreams -= 1;
      return settleCall(call, outcome, { latencyMs: performance.now() - startedAtMs, firstByteMs, answerBeganMs });
    },
    async settleSoon(readOutcome) {
      // Somebody waits to be told.
      if (settled) return await this.settle(readOutcome());
      if (isSettled) return;
      isSettled = true;
      if (isStream) metrics().openStreams -= 1;
      const timing = { latencyMs: performance.now() - startedAtMs, firstByteMs, answerBeganMs };
      meter().settleSoon(call.tenantId, () => reckon(call, readOutcome, timing));
    },
  };
}

const tokenizersDiffer = 16;

const done = Promise.resolve();

type Timing = { latencyMs: number; firstByteMs: number | null; answerBeganMs: number | null };

async function settleCall(call: OpenCall, outcome: Outcome, timing: Timing): Promise<void> {
  const reckoned = settlementOf(call, outcome, timing);
  // Without a turn of the event loop where nothing is to be counted.
  const settlement = reckoned instanceof Promise ? await reckoned : reckoned;
  void meter().settle(settlement);
  call.settled?.(settlement);
}

/** Never fails: an answer that cannot be read leaves its call at what was reserved for it. */
function reckon(call: OpenCall, readOutcome: () => Outcome, timing: Timing): Settlement | Promise<Settlement> {
  const atReservation = (err: unknown): Settlement => {
    log().error({ err, requestId: call.id }, "an answer could not be read; counting what was reserved");
    const unknown = { state: "abandoned", usage: null, estimated: true, model: null } as const;
    return settlementFrom(call, { ...unknown, costMicroUsd: null, httpStatus: null }, timing);
  };
  try {
    const reckoned = settlementOf(call, readOutcome(), timing);
    return reckoned instanceof Promise ? reckoned.catch(atReservation) : reckoned;
  } catch (error) {
    return atReservation(error);
  }
}

function settlementOf(call: OpenCall, outcome: Outcome, timing: Timing): Settlement | Promise<Settlement> {
  const result = resultOf(call, outcome, timing);
  return result instanceof Promise
    ? result.then((counted) => concluded(call, outcome, { result: counted, timing }))
    : concluded(call, outcome, { result, timing });
}

function concluded(
  call: OpenCall,
  outcome: Outcome,
  { result, timing }: { result: Result; timing: Timing },
): Settlement {
  const { isUntold = false, ...counted } = result;
  const { usage, model } = counted;
  // What was estimated, perhaps by what was learned, is nothing to learn from.
  if (usage && outcome.kind === "answered" && !counted.estimated) {
    if (call.facts.outputBound === null && call.outputCap === null)
      learnedOutput().learn(outputSeries(call), usage.outputTokens);
    learnReasoning(call, { usage, report: outcome.report, timing });
  }
  const costMicroUsd = usage && !isUntold ? costWithHelpers(call, outcome, { usage, model }) : null;
  const settlement = settlementFrom(call, { ...counted, costMicroUsd, httpStatus: outcome.status }, timing);
  note(call, outcome, settlement);
  return settlement;
}

function settlementFrom(
  { id, tenantId, admittedAt }: OpenCall,
  result: Pick<Settlement, "state" | "usage" | "estimated" | "model" | "costMicroUsd" | "httpStatus">,
  { latencyMs, firstByteMs }: Timing,
): Settlement {
  return {
    id,
    tenantId,
    admittedFrom: admittedAt,
    admittedTo: admittedAt,
    ...result,
    latencyMs: Math.round(latencyMs),
    firstByteMs: firstByteMs === null ? null : Math.round(firstByteMs),
  };
}

/** Null where the price of any of them is not known. */
function costWithHelpers(
  call: OpenCall,
  outcome: Outcome,
  { usage, model }: { usage: Usage; model: string | null },
): number | null {
  const { helpers, searches, serviceTier, media } = "report" in outcome ? outcome.report : {};
  const own = costOf(call, usage, { model, searches, serviceTier, media });
  if (own === null || !helpers) return own;
  const { vendor, prices } = call.upstream;
  const costs = helpers.map((helper) => priceOf({ vendor, prices, ...helper, at: call.admittedAt }));
  return costs.reduce<number | null>((sum, cost) => (sum === null || cost === null ? null : sum + cost), own);
}

function costOf(
  { upstream, facts, admittedAt }: OpenCall,
  usage: Usage,
  told: Pick<UsageReport, "model"> & { [name in "searches" | "serviceTier" | "media"]: UsageReport[name] | undefined },
): number | null {
  const { vendor, prices } = upstream;
  const model = told.model ?? facts.model;
  return priceOf({ ...told, vendor, prices, model, asked: facts.model, usage, at: admittedAt });
}

function note(call: OpenCall, { kind: outcome }: Outcome, settlement: Settlement): void {
  const { id: requestId, usage, httpStatus, latencyMs, firstByteMs, estimated, model } = settlement;
  const [provider, endpoint] = [call.upstream.slug, call.endpoint.name];
  metrics().ended({ provider, outcome, usage, upstreamMs: latencyMs ?? 0, firstByteMs });
  log().debug({ requestId, provider, endpoint, outcome, httpStatus, latencyMs, firstByteMs }, "a call has ended");
  traceCall(() => ({
    name: endpoint,
    startedAtMs: call.startedAtMs,
    traceparent: first(call.headers.traceparent) ?? undefined,
    failed: outcome === "failed" || outcome === "broken",
    attributes: {
      "sluice.request_id": requestId,
      "sluice.outcome": outcome,
      "sluice.usage_estimated": estimated,
      "gen_ai.provider.name": provider,
      "gen_ai.request.model": call.facts.model ?? undefined,
      "gen_ai.response.model": model ?? undefined,
      "gen_ai.usage.input_tokens": usage?.inputTokens,
      "gen_ai.usage.output_tokens": usage?.outputTokens,
      "http.response.status_code": httpStatus ?? undefined,
    },
  }));
}

type Result = {
  state: "settled" | "failed";
  usage: Usage | null;
  estimated: boolean;
  model: string | null;
  /** The call counts, and nobody knows what it cost. */
  isUntold?: boolean;
};

function resultOf(call: OpenCall, outcome: Outcome, timing: Timing): Result | Promise<Result> {
  if (outcome.kind === "failed") return { state: "failed", usage: null, estimated: false, model: null };
  if (outcome.kind === "declined") return { state: "settled", usage: nothing, estimated: false, model: null };

  const { report } = outcome;
  const { model } = report;
  const estimated = (usage: Usage): Result => ({ state: "settled", usage, estimated: true, model });
  if (report.usage && outcome.kind === "broken" && !toldAll(report, report.usage)) {
    const told = report.isPartial ? cutUsage(call, report, timing) : atLeastDelivered(call, report.usage, report);
    return told.then(estimated);
  }
  // What was told before a failure may not be all; what was told with it, or after, is.
  if (report.usage && (report.isPartial || (report.failed && !report.isEnded)))
    return settledPart(call, report, report.usage);
  if (report.usage) return { state: "settled", usage: report.usage, estimated: false, model };
  const providerFailed = outcome.kind === "broken" ? !outcome.byClient : report.failed;
  if (providerFailed && report.text === "" && !report.isUnreadable)
    return { state: "failed", usage: null, estimated: false, model };
  if (!consumesTokens(call, outcome))
    return { state: "settled", usage: nothing, estimated: false, model, isUntold: true };
  const usage =
    outcome.kind === "broken" && call.facts.stream ? cutUsage(call, report, timing) : estimatedUsage(call, report);
  return report.isUnreadable || isUnseen(call, outcome)
    ? usage.then((seen) => estimated(atLeastReserved(call, seen)))
    : usage.then(estimated);
}

/** Whether its numbers are those of its end. No output beside a text is nobody's count. */
function toldAll({ isEnded, textLength }: UsageReport, { outputTokens }: Usage): boolean {
  return isEnded === true && (outputTokens > 0 || textLength === 0);
}

/**
 * A plain answer whose client left, and which was given up: it is generated and billed to its end all the same. So is a picture,
 * also where it comes as a stream, of which nothing can be counted before.
 */
function isUnseen({ facts, endpoint }: OpenCall, outcome: Extract<Outcome, { report: UsageReport }>): boolean {
  if (outcome.kind !== "broken" || !outcome.byClient || endpoint.countsRequestsOnly) return false;
  return !facts.stream || endpoint.name.startsWith("images/");
}

/** Nobody knows how long it was. What was reserved for it is what it can be held for, or hanging up would make calls free. */
function atLeastReserved({ reservedOutput }: OpenCall, seen: Usage): Usage {
  return { ...seen, outputTokens: Math.max(seen.outputTokens, reservedOutput) };
}

/** Whether there are tokens to count although none were reported. Images and speech report none and have none to see. */
function consumesTokens({ endpoint }: OpenCall, outcome: Extract<Outcome, { report: UsageReport }>): boolean {
  if (endpoint.countsRequestsOnly || outcome.report.isByDuration) return false;
  return (
    outcome.report.isUnreadable ||
    outcome.kind === "broken" ||
    outcome.report.text !== "" ||
    !/^(images|audio)\//.test(endpoint.name)
  );
}

/** Tokenizers differ by a few tokens. */
async function settledPart(call: OpenCall, report: UsageReport, reported: Usage): Promise<Result> {
  const usage = await atLeastDelivered(call, reported, report);
  const estimated = usage.outputTokens > reported.outputTokens + tokenizersDiffer;
  return { state: "settled", usage: estimated ? usage : reported, estimated, model: report.model };
}
