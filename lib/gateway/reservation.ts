import { learnedOutput } from "../metering/learned-output";
import { highestPriceOf, priceOf } from "../metering/price";
import { actorId } from "../metering/tallies";
import type { Caller, CallRequest, Usage } from "../metering/types";
import type { RequestBody } from "../providers/request-body";
import type { Endpoint, RequestFacts, StrictBounds, Upstream } from "../providers/types";
import { refuseUnboundedModel } from "../providers/unbounded-models";
import type { Plan } from "../quota/types";
import type { CallToAdmit } from "./admit-call";
import type { GatewayFailure } from "./failure";
import { unpricedModel, untoldCost } from "./judge-caller";

/** Without a plan that says otherwise, what is reserved for an answer whose request sets no bound. */
const planlessOutputTokens = 1_024;

/** On a strict plan a call is admitted by what it comes to at most. @throws AppError `invalid_request` where that is not known. */
export function strictBoundsOf(
  { endpoint, dialect, upstream, body, contentType, facts }: CallToAdmit,
  plan: Plan | null,
): StrictBounds | null {
  if (endpoint.kind !== "metered" || body === null || !plan?.strict) return null;
  for (const model of [endpoint.model, facts.model]) if (model) refuseUnboundedModel(model);
  return dialect.strict.boundsOf({ endpoint, body, vendor: upstream.vendor, contentType });
}

/** A strict call as it may be sent: each of its answers gets its share of what was reserved beyond the input. */
export function fitted(
  { endpoint, dialect, upstream, body, query }: CallToAdmit,
  { bounds, reservedTokens }: { bounds: StrictBounds | null; reservedTokens: number },
): { body: RequestBody | null; outputCap: number | null } {
  if (!bounds || body === null) return { body, outputCap: null };
  if (bounds.answers === 0) return { body, outputCap: 0 };

  const answerTokens = Math.floor((reservedTokens - bounds.inputTokens) / bounds.answers);
  return {
    body: dialect.strict.capAnswers({ endpoint, body, vendor: upstream.vendor, query, answerTokens }),
    outputCap: answerTokens * bounds.answers,
  };
}

/** Why a call may not be made whose cost is limited and not known; null when it may. */
export function judgePrice(
  { endpoint, upstream, facts }: CallToAdmit,
  plan: Plan | null,
  at: Date,
): GatewayFailure | null {
  if (plan?.monthlyCostLimitMicroUsd == null || endpoint.kind !== "metered") return null;
  if ((plan.unpricedPolicy ?? upstream.agency.settings.unpricedPolicy) === "pass") return null;
  if (endpoint.countsRequestsOnly) return untoldCost(endpoint.name);
  return costAt({ upstream, facts, usage: noUsage, at }) === null ? unpricedModel(facts.model) : null;
}

/** What a call reserves if there is room, and what it needs at least. */
export function requestOf(
  { id, endpoint, upstream, facts }: CallToAdmit,
  caller: Caller,
  { plan, bounds, at }: { plan: Plan | null; bounds: StrictBounds | null; at: Date },
): CallRequest {
  const defaultTokens = plan?.defaultOutputTokens ?? planlessOutputTokens;
  const needed = bounds
    ? boundedNeed(bounds, defaultTokens)
    : expectedNeed({ caller, upstream, endpoint, facts }, defaultTokens);
  return {
    id,
    caller,
    kind: endpoint.kind,
    provider: upstream.slug,
    endpoint: endpoint.name,
    model: facts.model,
    stream: facts.stream,
    inputTokens: needed.inputTokens,
    leastTokens: needed.inputTokens + needed.leastOutputTokens,
    tokens: needed.inputTokens + needed.outputTokens,
    plan,
    ...(plan?.monthlyCostLimitMicroUsd == null
      ? noCost
      : { cost: expectedCost({ upstream, facts, needed, at }), agencyVersion: upstream.agency.version }),
  };
}

const noCost = { cost: 0, agencyVersion: null };

type Need = { inputTokens: number; outputTokens: number; leastOutputTokens: number };

type SeriesOfCalls = { caller: Caller; upstream: Upstream; endpoint: Endpoint; facts: RequestFacts };

/**
 * The estimated input, and the output that the request allows. Where it sets no bound, what the answers of late let expect,
 * or else the default, if there is room.
 */
function expectedNeed(series: SeriesOfCalls, defaultTokens: number): Need {
  const { inputTokens, outputBound } = series.facts;
  if (outputBound !== null) return { inputTokens, outputTokens: outputBound, leastOutputTokens: outputBound };
  const outputTokens = learnedOutput().expect(outputSeries(series)) ?? defaultTokens;
  return { inputTokens, outputTokens, leastOutputTokens: 1 };
}

/** Calls whose answers are alike in length: of one key, to one model. */
export function outputSeries({ caller, upstream, endpoint, facts }: SeriesOfCalls): string {
  return `${actorId(caller)} ${upstream.slug} ${endpoint.name} ${facts.model}`;
}

/** All that a strict call can come to, and less output where there is less room: its answers are capped to fit. */
function boundedNeed(bounds: StrictBounds, defaultTokens: number): Need {
  const { inputTokens, answers, answerTokens, leastAnswerTokens } = bounds;
  return {
    inputTokens,
    outputTokens: answers * Math.max(answerTokens ?? defaultTokens, leastAnswerTokens),
    leastOutputTokens: answers * leastAnswerTokens,
  };
}

/** As much as the dearest of the models that it may reach costs. */
function expectedCost({ facts, ...priced }: Priced & { needed: Need }): number {
  const own = costOfModel({ facts, ...priced });
  if (!facts.otherModels) return own;
  return Math.max(own, ...facts.otherModels.map((model) => costOfModel({ facts: { ...facts, model }, ...priced })));
}

/** At the dearest rates. A model without a price costs nothing that could be reserved. */
function costOfModel({ needed, upstream, facts, at }: Priced & { needed: Need }): number {
  const { vendor, prices } = upstream;
  const needs = { ...needed, hasMedia: facts.mediaTokens > 0, cachesForAnHour: facts.cachesForAnHour };
  return highestPriceOf({ vendor, prices, model: facts.model, at }, needs) ?? 0;
}

type Priced = { upstream: Upstream; facts: RequestFacts; at: Date };

function costAt({
  upstream: { vendor, prices },
  facts: { model },
  usage,
  at,
}: Priced & { usage: Usage }): number | null {
  return priceOf({ vendor, prices, model, usage, at });
}

const noUsage: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
};
