import { AppError } from "../errors";
import { priceOf } from "../metering/price";
import type { Caller, CallRequest } from "../metering/types";
import type { RequestFacts, StrictBounds, Upstream } from "../providers/types";
import { resolvePlan } from "../quota/resolve-plan";
import type { CallToAdmit } from "./admit-call";

/** Without a plan that says otherwise, what is reserved for an answer whose request sets no bound. */
const planlessOutputTokens = 1_024;

/** On a strict plan a call is admitted by what it comes to at most. @throws AppError `invalid_request` where that is not known. */
export function strictBoundsOf(
  { endpoint, dialect, upstream, body }: CallToAdmit,
  { tenant }: Caller,
  at: Date,
): StrictBounds | null {
  if (endpoint.kind !== "metered" || body === null || !resolvePlan(tenant, at).plan?.strict) return null;
  if (dialect.strict) return dialect.strict.boundsOf({ endpoint, body, vendor: upstream.vendor });
  throw new AppError("invalid_request", "This client's plan is strict, which this provider's calls cannot be.");
}

/** A strict call as it may be sent: each of its answers gets its share of what was reserved beyond the input. */
export function fitted(
  { endpoint, dialect, upstream, body }: CallToAdmit,
  { bounds, reservedTokens }: { bounds: StrictBounds | null; reservedTokens: number },
): { body: Buffer | null; outputCap: number | null } {
  if (!bounds || !dialect.strict || body === null) return { body, outputCap: null };
  if (bounds.answers === 0) return { body, outputCap: 0 };

  const answerTokens = Math.floor((reservedTokens - bounds.inputTokens) / bounds.answers);
  return {
    body: dialect.strict.capAnswers({ endpoint, body, vendor: upstream.vendor, answerTokens }),
    outputCap: answerTokens * bounds.answers,
  };
}

/** What a call reserves if there is room, and what it needs at least. */
export function requestOf(
  { id, endpoint, upstream, facts }: CallToAdmit,
  caller: Caller,
  { at, bounds }: { at: Date; bounds: StrictBounds | null },
): CallRequest {
  const { plan } = resolvePlan(caller.tenant, at);
  const defaultTokens = plan?.defaultOutputTokens ?? planlessOutputTokens;
  const needed = bounds ? boundedNeed(bounds, defaultTokens) : expectedNeed(facts, defaultTokens);
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
    cost: plan?.monthlyCostLimitMicroUsd == null ? 0 : expectedCost({ upstream, facts, needed, at }),
  };
}

type Need = { inputTokens: number; outputTokens: number; leastOutputTokens: number };

/** The estimated input, and the output that the request allows; where it sets no bound, the default if there is room. */
function expectedNeed({ inputTokens, outputBound }: RequestFacts, defaultTokens: number): Need {
  return { inputTokens, outputTokens: outputBound ?? defaultTokens, leastOutputTokens: outputBound ?? 1 };
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

/** At the dearest rate for its input. A model without a price costs nothing that could be reserved. */
function expectedCost({
  upstream: { vendor },
  facts: { model },
  needed: { inputTokens, outputTokens },
  at,
}: {
  upstream: Upstream;
  facts: RequestFacts;
  needed: Need;
  at: Date;
}): number {
  const usage = { inputTokens, outputTokens, cachedInputTokens: null, reasoningTokens: null };
  const costs = [null, inputTokens].map((cacheWriteTokens) =>
    priceOf({ vendor, model, usage: { ...usage, cacheWriteTokens }, at }),
  );
  return Math.max(...costs.map((cost) => cost ?? 0));
}
