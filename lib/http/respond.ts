import { ZodError } from "zod";
import { isDatabaseAway, isTooSlow } from "../db/failures";
import { AppError, type ErrorCode } from "../errors";
import { answerOnce, isForOnce } from "../idempotency/answer-once";
import { log } from "../log";

const statusOf: Record<ErrorCode, number> = {
  invalid_request: 400,
  unauthenticated: 401,
  second_step_required: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition_failed: 412,
  outcome_unknown: 409,
  idempotency_key_reused: 422,
  too_large: 413,
  too_many_attempts: 429,
  quota_exceeded: 429,
  upstream_failed: 502,
  unavailable: 503,
  internal: 500,
};

const retryAfterOutageSeconds = 2;

type Context<Params> = { params: Promise<Params> };

/**
 * A route handler in which a throw becomes an answer. No cache may keep it, unless the handler says so. What staff and managers
 * post with an `Idempotency-Key` is done once.
 */
export function route<Params = Record<never, never>>(
  handle: (request: Request, context: Context<Params>) => Promise<Response>,
) {
  return async (request: Request, context: Context<Params>): Promise<Response> => {
    const answer = (asked: Request) => handle(asked, context).catch(failureResponse);
    const response = isForOnce(request)
      ? await answerOnce(request, answer).catch(failureResponse)
      : await answer(request);
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
    return response;
  };
}

/** For what is done and has nothing to tell. */
export function noContent(): Response {
  return new Response(null, { status: 204 });
}

/**
 * For what is written as JSON in pieces, which go out as they are: as one body they would be copied twice.
 * @throws as the first piece, which is written at once, so that what fails there is no answer that breaks off.
 */
export function jsonResponse(pieces: Iterable<Uint8Array>): Response {
  const rest = pieces[Symbol.iterator]();
  let next = rest.next();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (next.done) return controller.close();
      controller.enqueue(next.value);
      next = rest.next();
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

function failureResponse(error: unknown): Response {
  const failure = nameFailure(error);
  const { code, message, fields } = failure;
  return Response.json({ error: { code, message, ...(fields && { fields }) } }, headOf(failure));
}

/** Status and headers of an answer that tells a failure. */
export function headOf({ code, retryAfterSeconds }: AppError): { status: number; headers: Record<string, string> } {
  return {
    status: statusOf[code],
    headers: {
      ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
      ...(code === "unauthenticated" && { "www-authenticate": "Bearer" }),
    },
  };
}

/** What went wrong, for people to read. What is ours is logged. */
export function nameFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ZodError) return describeIssues(error);
  if (isDatabaseAway(error)) {
    return new AppError("unavailable", "The database cannot be reached at the moment. Try again shortly.", {
      cause: error,
      retryAfterSeconds: retryAfterOutageSeconds,
    });
  }
  log().error({ err: error }, "a request failed");
  if (isTooSlow(error)) {
    return new AppError("unavailable", "The database took too long to answer. Try again shortly, or ask for less.", {
      cause: error,
      retryAfterSeconds: retryAfterOutageSeconds,
    });
  }
  return new AppError("internal", "Something went wrong here. It has been logged.", { cause: error });
}

function describeIssues({ issues }: ZodError): AppError {
  const problems = issues.flatMap((issue): [field: string, problem: string][] => {
    const path = issue.path.join(".");
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => [path ? `${path}.${key}` : key, "is not a known field"]);
    if (issue.code === "invalid_type" && issue.expected === "nonoptional") return [[path, "is required"]];
    return [[path, issue.message]];
  });
  const fields = Object.fromEntries(problems.filter(([field]) => field !== "").reverse());
  const message = Object.entries(fields)
    .map(([field, problem]) => `${field} ${problem}`)
    .join("; ");
  return new AppError("invalid_request", message ? `${message}.` : "The input must be a JSON object.", {
    cause: issues,
    fields,
  });
}
