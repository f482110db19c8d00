import { AppError } from "../errors";
import { type CallerEntry, callerOf } from "../keys/directory";
import { oldSecretUses } from "../keys/old-secret-uses";
import type { Verdict } from "../metering/batch";
import { meter } from "../metering/lifecycle";
import { refusalMemory } from "../metering/refusal-memory";
import { actorId } from "../metering/tallies";
import type { Caller, CallRequest } from "../metering/types";
import type { RequestBody } from "../providers/request-body";
import type { Dialect, Endpoint, RequestFacts, Upstream } from "../providers/types";
import { upstreamDirectory } from "../providers/upstreams";
import { resolvePlan } from "../quota/resolve-plan";
import type { Plan } from "../quota/types";
import { type Credentials, findEntry, knownEntry, reloadEntry } from "./credentials";
import type { GatewayFailure } from "./failure";
import { judgeCaller, judgeModel, unknownKey } from "./judge-caller";
import { type Refusal, refusalOf } from "./refusal";
import { fitted, judgePrice, requestOf, strictBoundsOf } from "./reservation";
import { unknownProvider } from "./target";

/** What a call brings to admission. */
export type CallToAdmit = {
  id: string;
  credentials: Credentials;
  /** What is known of whose they are. */
  entry: CallerEntry;
  endpoint: Endpoint;
  upstream: Upstream;
  dialect: Dialect;
  facts: RequestFacts;
  body: RequestBody | null;
  query: string;
  contentType: string | null;
  /** Clients that lose the text of a 429 are refused with 402. */
  prefers402: boolean;
};

export type AdmittedCall = {
  caller: Caller;
  verdict: Extract<Verdict, { verdict: "ok" }>;
  /** The body to be sent: on a strict plan its answers are capped to what was reserved. */
  body: RequestBody | null;
  /** The output tokens that it is capped to; null where it is not. */
  outputCap: number | null;
};

const maxAttempts = 6;
/** What is known of a caller is read anew before bad news is told, unless it was read this recently. */
const badNewsMs = 1_000;

/** Who presents these, where that is known without asking the database, and nothing stands against them. */
export function recognise(credentials: Credentials): CallerEntry | null {
  const entry = knownEntry(credentials);
  return judgeCaller(entry, meter().now()) ? null : entry;
}

/**
 * Who presents these, as far as it can be told without their call; a failure when no call can be made with them.
 * @throws AppError `unavailable` when the database cannot be asked.
 */
export async function authenticate(credentials: Credentials): Promise<CallerEntry | GatewayFailure> {
  const at = meter().now();
  const entry = await asking(() => findEntry(credentials));
  const failure = judgeCaller(entry, at);
  if (!failure && entry) return entry;

  const reloaded = await asking(() => reloadEntry(credentials, { known: entry, olderThanMs: badNewsMs }));
  const confirmed = judgeCaller(reloaded, at);
  if (confirmed && reloaded)
    meter().count({ caller: callerOf(reloaded), reason: confirmed.reason ?? confirmed.code, at });
  return confirmed ?? (reloaded as CallerEntry);
}

/** A refusal of the last second that holds for any call of this caller; null when there is none. */
export function recallRefusal({ caller, prefers402 }: { caller: Caller; prefers402: boolean }): Refusal | null {
  const at = meter().now();
  const refusal = refusalMemory<Refusal>().recall({
    tenantId: caller.tenant.id,
    actorId: actorId(caller),
    now: at.getTime(),
  });
  if (!refusal) return null;

  meter().count({ caller, reason: refusal.reason, at });
  return refusal.code === "insufficient_quota" ? { ...refusal, status: quotaStatusOf(caller, prefers402) } : refusal;
}

/**
 * Admits a call or tells why not. What is known of the key may be old: the database compares the versions, and where they
 * have moved, the key is read anew and the call asks again.
 */
export async function admitCall(call: CallToAdmit): Promise<AdmittedCall | GatewayFailure> {
  let current = call;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const at = meter().now();
    const { plan } = resolvePlan(current.entry.tenant, at);
    const failure = judgeCaller(current.entry, at) ?? judgeUse(current, plan, at);
    if (failure) {
      const renewed = await renew(current, { isPriced: failure.code === "model_unpriced", olderThanMs: badNewsMs });
      if ("code" in renewed) return renewed;
      if (renewed.entry === current.entry && renewed.upstream === current.upstream) {
        meter().count({ caller: callerOf(current.entry), reason: failure.reason ?? failure.code, at });
        return failure;
      }
      current = renewed;
      continue;
    }

    const caller = callerOf(current.entry);
    const bounds = strictBoundsOf(current, plan);
    const request = requestOf(current, caller, { plan, bounds, at });
    const verdict = await meter().admit(request);
    if (verdict.verdict === "ok") {
      // Only a secret that has been replaced has an end of its own.
      if (caller.key?.secretExpiresAt) oldSecretUses().note(caller.key.id, verdict.admittedAt);
      return { caller, verdict, ...fitted(current, { bounds, reservedTokens: verdict.reservedTokens }) };
    }
    if (verdict.verdict === "refused") return await refuse({ call, caller, request, verdict });
    const renewed = await renew(current, { isPriced: request.agencyVersion !== null, olderThanMs: 0 });
    if ("code" in renewed) return renewed;
    current = renewed;
  }
  throw new AppError("unavailable", "This client's settings are changing faster than they can be read. Try again.", {
    retryAfterSeconds: 1,
  });
}

/**
 * The call with what is now known of its key, and of its provider where the price had a part in it. A failure when there is no
 * such key or provider any more.
 */
async function renew(
  call: CallToAdmit,
  { isPriced, olderThanMs }: { isPriced: boolean; olderThanMs: number },
): Promise<CallToAdmit | GatewayFailure> {
  const entry = await asking(() => reloadEntry(call.credentials, { known: call.entry, olderThanMs }));
  if (entry === null) return unknownKey();
  if (!isPriced) return { ...call, entry };

  const { slug } = call.upstream;
  const upstream = await upstreamDirectory().reload(slug, { olderThanMs });
  return upstream ? { ...call, entry, upstream } : unknownProvider({ providerSlug: slug });
}

/** Models are restricted where they are used; lists and moderations name none. */
function judgeUse(call: CallToAdmit, plan: Plan | null, at: Date): GatewayFailure | null {
  const { entry, endpoint, facts } = call;
  if (endpoint.kind !== "metered") return null;
  const failure = judgeModel(entry, endpoint.model ?? facts.model, at) ?? judgePrice(call, plan, at);
  return failure ?? judgeOtherModels(call, plan, at);
}

/** Whatever model a request may reach must be one that may be called. */
function judgeOtherModels(call: CallToAdmit, plan: Plan | null, at: Date): GatewayFailure | null {
  for (const model of call.facts.otherModels ?? []) {
    const facts = { ...call.facts, model };
    const failure = judgeModel(call.entry, model, at) ?? judgePrice({ ...call, facts }, plan, at);
    if (failure) return failure;
  }
  return null;
}

function quotaStatusOf({ key }: Caller, prefers402: boolean): 402 | 429 {
  return prefers402 ? 402 : (key?.quotaStatus ?? 429);
}

async function refuse({
  call,
  caller,
  request,
  verdict,
}: {
  call: CallToAdmit;
  caller: Caller;
  request: CallRequest;
  verdict: Extract<Verdict, { verdict: "refused" }>;
}): Promise<Refusal> {
  const at = verdict.decidedAt;
  const { slug } = call.upstream;
  const directory = upstreamDirectory();
  const upstream =
    directory.knownAt(verdict.agencyVersion, slug) ?? (await directory.findAt(verdict.agencyVersion, slug));
  const refusal = refusalOf({
    headroom: verdict.headroom,
    inFlight: verdict.inFlight,
    needed: { tokens: request.leastTokens, cost: request.cost },
    timeZone: caller.tenant.timeZone,
    at,
    quotaStatus: quotaStatusOf(caller, call.prefers402),
    note: (upstream ?? call.upstream).agency.settings.refusalNote,
  });
  meter().count({ caller, reason: refusal.reason, at });
  if (refusal.isUsedUp) {
    refusalMemory<Refusal>().remember({
      tenantId: caller.tenant.id,
      actorId: actorId(caller),
      refusal,
      now: at.getTime(),
      endsAt: refusal.resetsAt.getTime(),
    });
  }
  return refusal;
}

/** A database that does not answer is no reason to call a key unknown. */
async function asking<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    throw new AppError("unavailable", "Keys cannot be checked at the moment. Try again shortly.", {
      cause,
      retryAfterSeconds: 2,
    });
  }
}
