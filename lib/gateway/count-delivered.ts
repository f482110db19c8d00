import { countTokens } from "../metering/estimate";
import { learnedReasoning } from "../metering/learned-reasoning";
import type { Usage } from "../metering/types";
import type { Endpoint, RequestFacts, Upstream, UsageReport } from "../providers/types";
import { outputOf } from "./cut-answer";

/** What of a call tells how much an answer came to whose provider has not told it, or not all of it. */
export type Delivery = {
  upstream: Pick<Upstream, "slug">;
  endpoint: Pick<Endpoint, "name">;
  facts: RequestFacts;
  /** What its answers were capped to; null where they were not. */
  outputCap: number | null;
};

/** How long an answer took, from its call's start, and how long until the first of it came that is no reasoning. */
type Timing = { latencyMs: number; answerBeganMs: number | null };

export const nothing: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
};

/** A stream that was cut off before its numbers came, or all of them. What its model reasoned may not be shown. */
export async function cutUsage(
  call: Delivery,
  report: UsageReport,
  { latencyMs, answerBeganMs }: Timing,
): Promise<Usage> {
  const { facts } = call;
  const { reasoning, textLength, usage } = report;
  const known = usage ?? { ...nothing, inputTokens: await countInput(call) };
  const seenTokens = await countTokens(report.text, textLength);
  const outputTokens = outputOf({
    seenTokens,
    seenReasoningTokens: Math.round((seenTokens * (reasoning?.shownLength ?? 0)) / Math.max(1, textLength)),
    toldTokens: known.outputTokens,
    sealedTokens: reasoning?.sealedTokens ?? 0,
    isShown: reasoning?.isShown ?? false,
    hasReasoned: reasoning !== undefined || facts.asksForReasoning === true,
    thinkingMs: answerBeganMs ?? latencyMs,
    tokensPerMs: learnedReasoning().tokensPerMs(reasoningSeries(call)),
    outputBound: facts.outputBound,
  });
  return { ...known, outputTokens: withinCap(call, outputTokens) };
}

/** Only a stream tells how long its model reasoned, and only one that did all of it before it answered. */
export function learnReasoning(
  call: Delivery,
  { usage, report, timing }: { usage: Usage; report: UsageReport; timing: Timing },
): void {
  const { reasoningTokens } = usage;
  const { answerBeganMs } = timing;
  if (reasoningTokens === null || answerBeganMs === null || report.reasoning?.isResumed) return;
  learnedReasoning().learn(reasoningSeries(call), { reasoningTokens, thinkingMs: answerBeganMs });
}

/** Calls that ask for reasoning are told apart: of the others some models do none. */
function reasoningSeries({ upstream, endpoint, facts }: Delivery): string {
  return `${upstream.slug} ${endpoint.name} ${facts.model} ${facts.asksForReasoning === true}`;
}

/** What was reported before a failure may not be all: some providers begin with the input and a first token. */
export async function atLeastDelivered(call: Delivery, reported: Usage, delivered: UsageReport): Promise<Usage> {
  return { ...reported, outputTokens: Math.max(reported.outputTokens, await countOutput(call, delivered)) };
}

export async function estimatedUsage(call: Delivery, generated: UsageReport): Promise<Usage> {
  return { ...nothing, inputTokens: await countInput(call), outputTokens: await countOutput(call, generated) };
}

async function countInput({ facts: { text, mediaTokens, inputTokens } }: Delivery): Promise<number> {
  return text === null ? inputTokens : (await countTokens(text)) + mediaTokens;
}

async function countOutput(call: Delivery, { text, textLength }: UsageReport): Promise<number> {
  return withinCap(call, await countTokens(text, textLength));
}

function withinCap({ outputCap }: Delivery, outputTokens: number): number {
  return outputCap === null ? outputTokens : Math.min(outputTokens, outputCap);
}
