import { AppError, type ErrorCode } from "../errors";
import { chunksOf, type GatewayAnswer } from "../gateway/answer";
import type { WebSession } from "../gateway/credentials";
import { handleCall } from "../gateway/handle-call";
import type { Settlement } from "../metering/types";
import { parseObjects } from "../providers/json";
import type { Upstream } from "../providers/types";
import { upstreamDirectory } from "../providers/upstreams";
import { answerEvents } from "./answer-events";
import { questionTo } from "./question";
import type { PlaygroundEnd, PlaygroundEvent, PlaygroundInput } from "./schema";
import { failureIn } from "./shown-text";

type Ask = {
  input: PlaygroundInput;
  /** Whose call it is; null where `authorization` says it. */
  session: WebSession | null;
  authorization: string | null;
  /** Whether its cost is told: to staff. */
  tellsCost: boolean;
  /** Aborted when who asks has left or stopped it. */
  clientGone: AbortSignal;
};

/**
 * Asks a model through the gateway, as an app would, and gives its answer as it comes.
 * @throws AppError `not_found` without such a provider; what the gateway refuses with; `upstream_failed` with the
 * provider's own words.
 */
export async function ask({
  input,
  session,
  authorization,
  tellsCost,
  clientGone,
}: Ask): Promise<AsyncGenerator<PlaygroundEvent, void, void>> {
  const upstream = await upstreamDirectory().find(input.provider);
  if (upstream === null) throw new AppError("not_found", "There is no such provider. The agency adds it.");

  const { path, headers, body } = questionTo(upstream, input);
  const ended: { settlement?: Settlement } = {};
  const answer = await handleCall({
    method: "POST",
    url: `/api/proxy/${upstream.slug}${path}`,
    headers: { ...headers, "content-type": "application/json", ...(authorization !== null && { authorization }) },
    readBody: () => Promise.resolve(Buffer.from(JSON.stringify(body))),
    clientGone,
    ...(session && { session }),
    settled: (settlement) => {
      ended.settlement = settlement;
    },
  });
  if (answer.status >= 300) {
    const message = await reasonIn(answer.body);
    const isProviders = ended.settlement?.httpStatus === answer.status;
    throw isProviders ? turnedDown(upstream, answer, message) : refused(answer, message);
  }
  return answerEvents({
    chunks: chunksOf(answer.body),
    dialect: upstream.dialect,
    end: () => (ended.settlement ? endOf(ended.settlement, tellsCost) : null),
  });
}

function endOf(settlement: Settlement, tellsCost: boolean): PlaygroundEnd | null {
  const { id, model, usage, estimated, costMicroUsd, latencyMs, firstByteMs } = settlement;
  if (usage === null) return null;
  return {
    requestId: id,
    model,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    estimated,
    ...(tellsCost && { costMicroUsd }),
    latencyMs,
    firstByteMs,
  };
}

const codes: Record<number, ErrorCode> = {
  400: "invalid_request",
  401: "unauthenticated",
  402: "quota_exceeded",
  403: "forbidden",
  404: "not_found",
  413: "too_large",
  429: "quota_exceeded",
  502: "upstream_failed",
  503: "unavailable",
  504: "upstream_failed",
};

function turnedDown({ slug }: Upstream, { status }: GatewayAnswer, message: string): AppError {
  return new AppError("upstream_failed", `The provider ${slug} turned this down (${status}): ${message}`);
}

/** The gateway's own refusals tell what to do. */
function refused({ status, headers }: GatewayAnswer, message: string): AppError {
  const retryAfterSeconds = Number(headers["retry-after"]);
  return new AppError(codes[status] ?? "internal", message, retryAfterSeconds > 0 ? { retryAfterSeconds } : {});
}

async function reasonIn(body: GatewayAnswer["body"]): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of chunksOf(body)) chunks.push(chunk);
  } catch {
    // It broke off, or who asked has left: what came before that is all there is.
  }
  const [answer] = parseObjects(Buffer.concat(chunks).toString("utf8")) ?? [];
  return (answer && failureIn(answer)) ?? "It gave no reason.";
}
