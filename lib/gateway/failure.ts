import { AppError } from "../errors";
import type { Dialect } from "../providers/types";
import type { GatewayAnswer } from "./answer";

/** Why a call is not answered by the provider. `code` is stable; the message is shown to people and tells what to do. */
export type GatewayFailure = {
  status: number;
  code:
    | "invalid_request"
    | "invalid_api_key"
    | "tenant_suspended"
    | "model_not_allowed"
    | "model_unpriced"
    | "unknown_endpoint"
    | "unknown_provider"
    | "request_too_large"
    | "rate_limit_exceeded"
    | "insufficient_quota"
    | "unavailable"
    | "upstream_unreachable"
    | "upstream_timeout"
    | "internal";
  message: string;
  /** What it is counted as, where the code does not tell enough: for the agency, not for the client. */
  reason?: string;
  retryAfterSeconds?: number;
  /** Further headers, such as the limits that a refused call met. */
  headers?: Record<string, string>;
};

/** The failure in the words of the dialect that the caller speaks. */
export function failureAnswer({
  failure,
  dialect,
  requestId,
}: {
  failure: GatewayFailure;
  dialect: Dialect;
  requestId: string;
}): GatewayAnswer {
  const retryAfterSeconds = failure.retryAfterSeconds ?? null;
  const body = Buffer.from(JSON.stringify(dialect.errorBody({ ...failure, requestId, retryAfterSeconds })));
  return {
    status: failure.status,
    headers: {
      "content-type": "application/json",
      "content-length": String(body.length),
      "x-request-id": requestId,
      ...(retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) }),
      ...failure.headers,
    },
    body,
  };
}

/** What went wrong in our own code, or was thrown on purpose, as a failure. What has no name shows no detail. */
export function failureOf(error: unknown): GatewayFailure {
  if (error instanceof AppError) {
    if (error.code === "invalid_request") return { status: 400, code: "invalid_request", message: error.message };
    if (error.code === "too_large") return { status: 413, code: "request_too_large", message: error.message };
    if (error.code === "unavailable") {
      return {
        status: 503,
        code: "unavailable",
        message: error.message,
        retryAfterSeconds: error.retryAfterSeconds ?? 2,
      };
    }
  }
  return {
    status: 500,
    code: "internal",
    message: "Something went wrong here. The call was not sent to the provider.",
  };
}
