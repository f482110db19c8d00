import { Readable } from "node:stream";
import { log } from "../log";
import { meter } from "../metering/lifecycle";
import { TokenFailure, withAccessToken } from "../providers/access-tokens";
import { callUpstream } from "../providers/call-upstream";
import { encodingOf } from "../providers/encoded-answer";
import { isServiceAccount } from "../providers/service-account";
import type { Dialect, Endpoint, RequestFacts, Upstream } from "../providers/types";
import { BrokenBody, type UpstreamAnswer, UpstreamFailure } from "../providers/upstream-answer";
import { upstreamDirectory } from "../providers/upstreams";
import type { AdmittedCall } from "./admit-call";
import type { GatewayAnswer } from "./answer";
import type { ClientGone } from "./client-gone";
import { Departure } from "./client-leaving";
import type { GatewayFailure } from "./failure";
import type { ProxyCall } from "./handle-call";
import { first, headersBack, headersUpstream } from "./headers";
import { limitHeaders } from "./limit-headers";
import { Relay, type RelayEnd } from "./relay";
import { type CallRecord, type Outcome, openRecord } from "./settle-call";
import { type Target, unknownProvider } from "./target";

export type ForwardedCall = {
  call: ProxyCall;
  target: Target;
  /** The provider as it was known when the call came; what is sent goes to the one that admission saw. */
  upstream: Upstream;
  dialect: Dialect;
  endpoint: Endpoint;
  facts: RequestFacts;
  requestId: string;
  admitted: AdmittedCall;
};

/** What a client has in its cache is still good: no redirect. */
const notModified = 304;

/**
 * A plain request runs and is billed to its end everywhere: when its client leaves, the answer is awaited this long, which is
 * as long as SDKs wait themselves.
 */
const plainDrainMs = 600_000;

/** A plain answer up to this size is read to its end before it is passed on: of one that breaks off the client gets nothing. */
const collectedBytes = 1_000_000;

/** Sends an admitted call to its provider and gives the answer back. Whatever happens, the call is settled, and once. */
export async function forwardCall(forwarded: ForwardedCall): Promise<GatewayAnswer | GatewayFailure> {
  const record = openRecord(forwarded);
  try {
    const answer = await forward(forwarded, record);
    if (!("code" in answer)) return answer;
    const { headroom, admittedAt } = forwarded.admitted.verdict;
    return { ...answer, headers: limitHeaders(headroom, admittedAt) };
  } catch (error) {
    await record.settle({ kind: "failed", status: null });
    throw error;
  }
}

async function forward(forwarded: ForwardedCall, record: CallRecord): Promise<GatewayAnswer | GatewayFailure> {
  const { call, target, dialect, endpoint, facts, admitted, requestId } = forwarded;
  const { agencyVersion, admittedAt, headroom } = admitted.verdict;
  const upstream =
    upstreamDirectory().knownAt(agencyVersion, target.providerSlug) ??
    (await upstreamDirectory().findAt(agencyVersion, target.providerSlug));
  if (!upstream || call.clientGone.aborted) {
    await record.settle({ kind: "failed", status: null });
    return upstream ? clientHasLeft : unknownProvider(target);
  }
  if (upstream.credential === null) {
    await record.settle({ kind: "failed", status: null });
    return credentialLost;
  }
  record.sentTo(upstream);
  if (endpoint.kind !== "metered") {
    meter().count({ caller: admitted.caller, reason: null, at: admittedAt });
  }

  const { body, hidesUsage } = preparedBody(forwarded, upstream);
  const { disconnectPolicy, drainSeconds } = upstream.agency.settings;
  const streamDrainMs = disconnectPolicy === "drain" ? drainSeconds * 1_000 : 0;
  const leaving = new Departure(call.clientGone, facts.stream ? streamDrainMs : plainDrainMs);
  let answer: UpstreamAnswer;
  let limits: Record<string, string>;
  try {
    const sender = isServiceAccount(upstream) ? await withAccessToken(upstream, new Date()) : upstream;
    const answering = callUpstream(sender, {
      dialect: dialect.name,
      method: call.method,
      path: target.query === "" ? target.path : `${target.path}?${target.query}`,
      headers: headersUpstream(call.headers),
      body,
      collectBytes: facts.stream ? 0 : collectedBytes,
      firstByte: record.noteFirstByte,
      abortable: (request) => leaving.ends(request),
    });
    limits = limitHeaders(headroom, admittedAt);
    answer = await answering;
  } catch (error) {
    leaving.done();
    if (error instanceof TokenFailure) {
      log().warn(
        { requestId, provider: upstream.slug, status: error.status },
        "there is no access token for a provider",
      );
      await record.settle({ kind: "failed", status: null });
      return error.isRefused ? credentialLost : upstreamFailure(error);
    }
    if (error instanceof UpstreamFailure) {
      log().warn({ requestId, provider: upstream.slug, code: codeOf(error) }, "the provider gave no answer");
    }
    return await settleUnanswered({ record, clientGone: call.clientGone, error });
  }
  if (answer.status >= 300 && answer.status < 400 && answer.status !== notModified) {
    leaving.done();
    if (answer.body instanceof Readable) answer.body.destroy();
    await record.settle({ kind: "failed", status: answer.status });
    return redirected;
  }

  const { status } = answer;
  const isStream = facts.stream || (first(answer.headers["content-type"]) ?? "").startsWith("text/event-stream");
  const reader = dialect.usageReader({
    endpoint,
    vendor: upstream.vendor,
    stream: facts.stream,
    headers: answer.headers,
    answerBegins: facts.stream ? record.noteAnswer : undefined,
  });
  const headers = {
    ...headersBack(answer.headers),
    ...limits,
    "x-request-id": requestId,
  };
  const ended = async (end: RelayEnd) => {
    leaving.done();
    if (reader.finish) await reader.finish();
    const isPassedOn = !(answer.body instanceof BrokenBody);
    await record.settle(outcomeOf({ status, end, isPassedOn, report: () => reader.end() }));
  };
  if (Buffer.isBuffer(answer.body)) {
    const { body } = answer;
    if (reader.finish) {
      reader.push(body);
      await ended({ kind: "complete" });
    } else {
      leaving.done();
      await record.settleSoon(() => {
        reader.push(body);
        return outcomeOf({ status, end: { kind: "complete" }, isPassedOn: true, report: () => reader.end() });
      });
    }
    return { status, headers: { ...headers, "content-length": String(body.length) }, body };
  }
  if (answer.body instanceof BrokenBody) {
    for (const chunk of answer.body.chunks) reader.push(chunk);
    await ended({ kind: "broken", byClient: call.clientGone.aborted, cause: answer.body.cause });
    return upstreamFailure(answer.body.cause);
  }
  const relay = new Relay({
    body: answer.body,
    reader,
    // In what is encoded no event can be told from another.
    hidden: hidesUsage && encodingOf(answer.headers) === null ? dialect.isUsageChunk : null,
    clientGone: call.clientGone,
    endsWithClient: isStream && streamDrainMs === 0,
    ended,
  });
  return { status, headers, body: relay };
}

function preparedBody({ dialect, endpoint, admitted: { body }, facts, target }: ForwardedCall, { vendor }: Upstream) {
  if (body === null || endpoint.kind !== "metered") return { body, hidesUsage: false };
  return dialect.prepareBody({ endpoint, body, facts, vendor, query: target.query });
}

function outcomeOf({
  status,
  end,
  isPassedOn,
  report,
}: {
  status: number;
  end: RelayEnd;
  /** Whether the client gets what has come of it. */
  isPassedOn: boolean;
  report: () => Extract<Outcome, { kind: "answered" }>["report"];
}): Outcome {
  const isLost = end.kind === "broken" && !isPassedOn && !end.byClient;
  if (status >= 500 || isLost) return { kind: "failed", status };
  if (status >= 400) return { kind: "declined", status };
  if (end.kind === "complete") return { kind: "answered", status, report: report() };
  return { kind: "broken", status, report: report(), byClient: end.byClient };
}

const noReport = { usage: null, isPartial: false, model: null, text: "", textLength: 0, failed: false };

/** nginx's status for a client that has closed the connection: nobody will read the answer. */
const clientHasLeft: GatewayAnswer = { status: 499, headers: {}, body: null };

async function settleUnanswered({
  record,
  clientGone,
  error,
}: {
  record: CallRecord;
  clientGone: ClientGone;
  error: unknown;
}): Promise<GatewayAnswer | GatewayFailure> {
  if (error instanceof UpstreamFailure || !clientGone.aborted) {
    await record.settle({ kind: "failed", status: null });
    return upstreamFailure(error);
  }
  await record.settle({ kind: "broken", status: 499, report: noReport, byClient: true });
  return clientHasLeft;
}

/** `ECONNREFUSED`, `UND_ERR_HEADERS_TIMEOUT`: enough to know why. */
function codeOf({ cause, kind }: UpstreamFailure): string {
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? kind;
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

const credentialLost: GatewayFailure = {
  status: 503,
  code: "unavailable",
  message: "The agency must enter its credential for this provider again before calls can go there.",
  retryAfterSeconds: 60,
};

const redirected: GatewayFailure = {
  status: 502,
  code: "upstream_unreachable",
  message: "The provider answered with a redirect, which is not followed. The call does not count.",
};
