import { v7 as uuidv7 } from "uuid";
import { callerOf } from "../keys/directory";
import { meter } from "../metering/lifecycle";
import { callUpstream, type UpstreamAnswer, UpstreamFailure } from "../providers/call-upstream";
import { openai } from "../providers/openai";
import { findDialect } from "../providers/registry";
import type { Dialect, Endpoint, HeaderFields, RequestFacts, Upstream } from "../providers/types";
import { upstreamDirectory } from "../providers/upstreams";
import { type AdmittedCall, admitCall, authenticate, recallRefusal } from "./admit-call";
import { failureAnswer, failureOf, type GatewayAnswer, type GatewayFailure } from "./failure";
import { first, headersBack, headersUpstream, presentedKey } from "./headers";
import { missingKey } from "./judge-caller";
import { limitHeaders } from "./limit-headers";
import { relay } from "./relay";
import { type OpenCall, type Outcome, settleCall } from "./settle-call";
import { readTarget, type Target } from "./target";

/** One call as a lane hands it over. */
export type ProxyCall = {
  method: string;
  /** Path and query, as they stand in the request line. */
  url: string;
  headers: HeaderFields;
  /** @throws AppError `too_large`, or `invalid_request` when the upload ends before its time. */
  readBody(): Promise<Buffer>;
  /** Aborted when the client has left. */
  clientGone: AbortSignal;
};

/** A plain answer up to this size is read to its end before it is passed on, so that it can be settled first. */
const collectedBytes = 1_000_000;
/** A plain request runs and is billed to its end everywhere: when its client leaves, the answer is awaited this long. */
const drainMs = 120_000;

/** A call from request to answer: authenticate, admit, forward, settle. Never throws. */
export async function handleCall(call: ProxyCall): Promise<GatewayAnswer> {
  const requestId = uuidv7();
  let dialect: Dialect = openai;
  try {
    const target = readTarget(call.url);
    const upstream = target && (await upstreamDirectory().find(target.providerSlug));
    dialect = (upstream && findDialect(upstream.dialect)) ?? openai;
    const answer = await answerCall({ call, target, upstream, dialect, requestId });
    return "code" in answer ? failureAnswer({ failure: answer, dialect, requestId }) : answer;
  } catch (error) {
    return failureAnswer({ failure: failureOf(error), dialect, requestId });
  }
}

type Addressed = {
  call: ProxyCall;
  target: Target | null;
  upstream: Upstream | null;
  dialect: Dialect;
  requestId: string;
};

async function answerCall({
  call,
  target,
  upstream,
  dialect,
  requestId,
}: Addressed): Promise<GatewayAnswer | GatewayFailure> {
  const secret = presentedKey(call.headers, target?.queryKey ?? null);
  if (secret === null) return missingKey();
  const entry = await authenticate(secret);
  if ("code" in entry) return entry;

  if (!target) return unknownEndpoint(call);
  if (!upstream) return unknownProvider(target);
  const endpoint = findDialect(upstream.dialect)?.findEndpoint(call.method, target.path);
  if (!endpoint) return unknownEndpoint(call);
  const prefers402 = (first(call.headers["user-agent"]) ?? "").startsWith("Drupal/");
  const recalled = endpoint.kind === "free" ? null : recallRefusal({ caller: callerOf(entry), prefers402 });
  if (recalled) return recalled;

  const body = call.method === "GET" ? null : await call.readBody();
  const facts = endpoint.kind === "metered" && body ? dialect.readRequest(endpoint, body) : noFacts;
  const admitted = await admitCall({ id: requestId, secret, endpoint, upstream, facts, prefers402 });
  if ("code" in admitted) return admitted;
  return forward({ call, target, dialect, endpoint, facts, body, requestId, admitted });
}

const noFacts: RequestFacts = { model: null, stream: false, inputTokens: 0, outputBound: 0, text: null };

type Forwarded = {
  call: ProxyCall;
  target: Target;
  dialect: Dialect;
  endpoint: Endpoint;
  facts: RequestFacts;
  body: Buffer | null;
  requestId: string;
  admitted: AdmittedCall;
};

async function forward({
  call,
  target,
  dialect,
  endpoint,
  facts,
  body,
  requestId,
  admitted,
}: Forwarded): Promise<GatewayAnswer | GatewayFailure> {
  const { verdict, caller } = admitted;
  const startedAtMs = performance.now();
  const upstream = await upstreamDirectory().findAt(verdict.agencyVersion, target.providerSlug);
  const open: OpenCall = {
    id: requestId,
    tenantId: caller.tenant.id,
    admittedAt: verdict.admittedAt,
    upstream: upstream as Upstream,
    endpoint,
    facts,
    startedAtMs,
  };
  const settle = settleOnce({ open, isMetered: endpoint.kind === "metered" });
  if (!upstream) {
    await settle({ kind: "failed", status: null });
    return unknownProvider(target);
  }
  if (endpoint.kind !== "metered") meter().count({ caller, reason: null, at: verdict.admittedAt });

  const prepared =
    body && endpoint.kind === "metered"
      ? dialect.prepareBody({ endpoint, body, facts, vendor: upstream.vendor })
      : { body, hidesUsage: false };
  const leaving = abortWhenGone({ clientGone: call.clientGone, graceMs: facts.stream ? 0 : drainMs });
  const path = target.query === "" ? target.path : `${target.path}?${target.query}`;
  let answer: UpstreamAnswer;
  try {
    answer = await callUpstream(upstream, {
      method: call.method,
      path,
      headers: headersUpstream(call.headers),
      body: prepared.body,
      signal: leaving.signal,
    });
  } catch (error) {
    leaving.done();
    if (call.clientGone.aborted) {
      await settle({ kind: "broken", status: 499, report: noReport, byClient: true });
      return { status: 499, headers: {}, body: null };
    }
    await settle({ kind: "failed", status: null });
    return upstreamFailure(error);
  }

  const headers = {
    ...headersBack(answer.headers),
    ...limitHeaders(verdict.headroom, verdict.admittedAt),
    "x-request-id": requestId,
  };
  if (answer.status >= 300 && answer.status < 400) {
    leaving.done();
    answer.body.destroy();
    await settle({ kind: "failed", status: answer.status });
    return {
      status: 502,
      code: "upstream_unreachable",
      message: "The provider answered with a redirect, which is not followed.",
    };
  }

  const isStream = facts.stream || (first(answer.headers["content-type"]) ?? "").startsWith("text/event-stream");
  const reader = dialect.usageReader({
    endpoint,
    vendor: upstream.vendor,
    stream: facts.stream,
    headers: answer.headers,
  });
  let firstByteMs: number | null = null;
  const { status } = answer;
  const chunks = relay({
    body: answer.body,
    reader,
    hidden: prepared.hidesUsage ? dialect.isUsageChunk : null,
    clientGone: call.clientGone,
    firstByte: () => {
      firstByteMs = performance.now() - startedAtMs;
    },
    ended: async (end) => {
      leaving.done();
      const outcome: Outcome =
        status >= 500
          ? { kind: "failed", status }
          : status >= 400
            ? { kind: "declined", status }
            : end.kind === "complete"
              ? { kind: "answered", status, report: reader.end() }
              : { kind: "broken", status, report: reader.end(), byClient: end.byClient };
      await settle(outcome, firstByteMs);
    },
  });

  if (isStream) return { status, headers, body: chunks };
  return collect({ status, headers, chunks });
}

/**
 * A plain answer is passed on when it is complete, unless it is large. One that breaks off before is a provider's failure
 * that the client can be told.
 */
async function collect({
  status,
  headers,
  chunks,
}: {
  status: number;
  headers: Record<string, string>;
  chunks: AsyncGenerator<Uint8Array, void, void>;
}): Promise<GatewayAnswer | GatewayFailure> {
  const collected: Uint8Array[] = [];
  let size = 0;
  try {
    while (size <= collectedBytes) {
      const next = await chunks.next();
      if (next.done) {
        const body = collected.length === 1 ? Buffer.from(collected[0] as Uint8Array) : Buffer.concat(collected);
        return { status, headers: { ...headers, "content-length": String(body.length) }, body };
      }
      collected.push(next.value);
      size += next.value.length;
    }
  } catch (error) {
    return upstreamFailure(error);
  }
  return { status, headers, body: prepended(collected, chunks) };
}

async function* prepended(
  collected: Uint8Array[],
  rest: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* collected;
    yield* rest;
  } finally {
    await rest.return();
  }
}

const noReport = { usage: null, model: null, text: "", failed: false };

/** Whatever happens to a call, it is settled, and once. */
function settleOnce({ open, isMetered }: { open: OpenCall; isMetered: boolean }) {
  let settled = !isMetered;
  return async (outcome: Outcome, firstByteMs: number | null = null): Promise<void> => {
    if (settled) return;
    settled = true;
    await settleCall(open, outcome, firstByteMs);
  };
}

/** Aborts the upstream when the client has left: a stream at once, a plain request after the grace. */
function abortWhenGone({ clientGone, graceMs }: { clientGone: AbortSignal; graceMs: number }): {
  signal: AbortSignal;
  done(): void;
} {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const leave = () => {
    if (graceMs === 0) controller.abort();
    else timer = setTimeout(() => controller.abort(), graceMs);
  };
  if (clientGone.aborted) leave();
  else clientGone.addEventListener("abort", leave, { once: true });
  return {
    signal: controller.signal,
    done: () => {
      clearTimeout(timer);
      clientGone.removeEventListener("abort", leave);
    },
  };
}

function upstreamFailure(error: unknown): GatewayFailure {
  if (error instanceof UpstreamFailure && error.kind === "timeout") {
    return {
      status: 504,
      code: "upstream_timeout",
      message: "The provider did not answer in time. The call does not count.",
    };
  }
  return {
    status: 502,
    code: "upstream_unreachable",
    message: "The provider could not be reached or broke off. The call does not count.",
  };
}

function unknownEndpoint({ method, url }: ProxyCall): GatewayFailure {
  const path = url.split("?")[0]?.slice(0, 200);
  return {
    status: 404,
    code: "unknown_endpoint",
    message: `${method} ${path} is not an endpoint whose use can be metered here, so it is not let through. Nothing was sent to the provider.`,
  };
}

function unknownProvider({ providerSlug }: Target): GatewayFailure {
  const message =
    providerSlug === null
      ? "No default provider is set up here. Use /api/proxy/{provider}/… or ask the agency."
      : `There is no provider "${providerSlug.slice(0, 100)}" here. The base URL is /api/proxy/{provider}/….`;
  return { status: 404, code: "unknown_provider", message };
}
