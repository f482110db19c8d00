import { metrics } from "../health/metrics";
import { traceCall } from "../health/tracing";
import { type CallerEntry, callerOf } from "../keys/directory";
import { log } from "../log";
import { newCallId } from "../metering/call-id";
import { meter } from "../metering/lifecycle";
import type { Settlement } from "../metering/types";
import { requireReadableAnswer } from "../providers/answer-format";
import { bodyReaderFor } from "../providers/body-reader";
import { LargeBody } from "../providers/large-body";
import { openai } from "../providers/openai";
import { dialectAt, dialectOfPath } from "../providers/registry";
import type { RequestBody } from "../providers/request-body";
import type { Dialect, HeaderFields, RequestContext, RequestFacts, Upstream } from "../providers/types";
import { upstreamDirectory } from "../providers/upstreams";
import { resolvePlan } from "../quota/resolve-plan";
import { admitCall, authenticate, recallRefusal, recognise } from "./admit-call";
import type { GatewayAnswer } from "./answer";
import type { ClientGone } from "./client-gone";
import type { Credentials, WebSession } from "./credentials";
import { failureAnswer, failureOf, type GatewayFailure } from "./failure";
import { forwardCall } from "./forward-call";
import { first, presentedKey } from "./headers";
import { missingKey } from "./judge-caller";
import { pathMeant, readTarget, type Target, unknownEndpoint, unknownProvider } from "./target";
import type { BodyReading } from "./upload";

/** One call as a lane hands it over. */
export type ProxyCall = {
  method: string;
  /** Path and query, as they stand in the request line. */
  url: string;
  headers: HeaderFields;
  /** @throws AppError as the `readBody` of its lane. */
  readBody(reading: BodyReading): Promise<RequestBody>;
  /** Aborted when the client has left. */
  clientGone: ClientGone;
  /** Who is signed in, where that lets them call; a key that is presented wins. */
  session?: WebSession;
  /** Is told what an admitted call came to, before its answer ends. */
  settled?(settlement: Settlement): void;
};

/** A call from request to answer: authenticate, admit, forward, settle. Never throws. */
export async function handleCall(call: ProxyCall): Promise<GatewayAnswer> {
  const requestId = newCallId();
  const startedAtMs = performance.now();
  let dialect: Dialect = openai;
  const held: Held = { large: null, entry: null };
  try {
    const target = readTarget(call.url);
    const upstream =
      target &&
      (upstreamDirectory().known(target.providerSlug) ?? (await upstreamDirectory().find(target.providerSlug)));
    if (target) dialect = upstream ? dialectAt(upstream, target.path) : dialectOfPath(target.path);
    else dialect = dialectOfPath(pathMeant(call.url) ?? "");
    const answer = await answerCall({ call, target, upstream, dialect, requestId, held });
    if ("code" in answer) {
      // A path that this provider does not know is another's, whose clients are told in their own words.
      if (target && answer.code === "unknown_endpoint") dialect = dialectOfPath(target.path, dialect);
      return failed({ call, startedAtMs, failure: answer, dialect, requestId });
    }
    metrics().answered(answer.status, null);
    return answer;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code === "internal") log().error({ err: error, requestId }, "a call failed here");
    if (held.entry && ofRequest.has(failure.code) && !call.clientGone.aborted) refused(held.entry, failure);
    return failed({ call, startedAtMs, failure, dialect, requestId });
  } finally {
    held.large?.release();
  }
}

/** Of a call that is being looked at: whose it is, and a body that is on disk and has to be let go when it is over. */
type Held = { large: LargeBody | null; entry: CallerEntry | null };

/** What is wrong with the request itself, wherever that shows. */
const ofRequest = new Set<GatewayFailure["code"]>(["invalid_request", "request_too_large"]);

type FailedCall = {
  call: ProxyCall;
  startedAtMs: number;
  failure: GatewayFailure & { reason?: string };
  dialect: Dialect;
  requestId: string;
};

function failed({ call, startedAtMs, failure, dialect, requestId }: FailedCall): GatewayAnswer {
  const { status } = failure;
  const reason = failure.reason ?? failure.code;
  metrics().answered(status, reason);
  log().debug({ requestId, status, reason }, "a call was not answered by its provider");
  traceCall(() => ({
    name: "refusal",
    startedAtMs,
    traceparent: first(call.headers.traceparent) ?? undefined,
    failed: status >= 500,
    attributes: { "sluice.request_id": requestId, "sluice.reason": reason, "http.response.status_code": status },
  }));
  return failureAnswer({ failure, dialect, requestId });
}

type Addressed = {
  call: ProxyCall;
  target: Target | null;
  upstream: Upstream | null;
  dialect: Dialect;
  requestId: string;
  held: Held;
};

async function answerCall({
  call,
  target,
  upstream,
  dialect,
  requestId,
  held,
}: Addressed): Promise<GatewayAnswer | GatewayFailure> {
  const startedAt = performance.now();
  const credentials = presentedBy(call, target);
  if (credentials === null) return missingKey();
  const entry = recognise(credentials) ?? (await authenticate(credentials));
  if ("code" in entry) return entry;
  held.entry = entry;

  if (!target) return refused(entry, unknownEndpoint(call));
  if (!upstream) return refused(entry, unknownProvider(target));
  const endpoint = dialect.findEndpoint(call.method, target.path);
  if (!endpoint) return refused(entry, unknownEndpoint(call));
  const prefers402 = (first(call.headers["user-agent"]) ?? "").startsWith("Drupal/");
  const recalled = endpoint.kind === "free" ? null : recallRefusal({ caller: callerOf(entry), prefers402 });
  if (recalled) return recalled;

  const uploadStartedAt = performance.now();
  const isMetered = endpoint.kind === "metered";
  if (isMetered) requireReadableAnswer(target.query);
  const context = contextOf(call, upstream);
  const reading = {
    tenantId: entry.tenant.id,
    reader: () => (isMetered ? bodyReaderFor({ ...context, isExact: isStrict(entry) }) : null),
  };
  const body = call.method === "GET" ? null : await call.readBody(reading);
  if (body instanceof LargeBody) held.large = body;
  const uploadMs = performance.now() - uploadStartedAt;
  const facts = isMetered && body ? dialect.readRequest(endpoint, body, context) : noFacts;
  const admitted = await admitCall({
    id: requestId,
    credentials,
    entry,
    endpoint,
    upstream,
    dialect,
    facts,
    body,
    query: target.query,
    contentType: context.contentType,
    prefers402,
  });
  if ("code" in admitted) return admitted;
  metrics().admitted(performance.now() - startedAt - uploadMs);
  return forwardCall({ call, target, upstream, dialect, endpoint, facts, requestId, admitted });
}

function presentedBy({ headers, session }: ProxyCall, target: Target | null): Credentials | null {
  const secret = presentedKey(headers, target?.queryKey ?? null);
  if (secret !== null) return { secret };
  return session ? { session } : null;
}

function contextOf({ headers }: ProxyCall, { vendor }: Upstream): RequestContext {
  return { vendor, contentType: first(headers["content-type"]) };
}

function isStrict({ tenant }: CallerEntry): boolean {
  return resolvePlan(tenant, meter().now()).plan?.strict ?? false;
}

const noFacts: RequestFacts = {
  model: null,
  stream: false,
  inputTokens: 0,
  mediaTokens: 0,
  outputBound: 0,
  text: null,
};

/** Whose call it was is known, so it is counted as theirs. */
function refused(entry: CallerEntry, failure: GatewayFailure): GatewayFailure {
  meter().count({ caller: callerOf(entry), reason: failure.code, at: meter().now() });
  return failure;
}
