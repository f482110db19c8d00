/** Errors in the words of each dialect, so that its SDKs raise their own typed errors. `code` is the same in all. */
export type Failure = {
  status: number;
  code: string;
  message: string;
  requestId: string;
  retryAfterSeconds: number | null;
};

export function openaiErrorBody({ status, code, message, requestId }: Failure): unknown {
  const type = code === "insufficient_quota" ? code : typeOf(openaiTypes, status);
  return { error: { message, type, param: null, code }, request_id: requestId };
}

export function anthropicErrorBody({ status, code, message, requestId }: Failure): unknown {
  return { type: "error", error: { type: typeOf(anthropicTypes, status), message, code }, request_id: requestId };
}

/** Ollama's clients show the text that stands here. */
export function ollamaErrorBody({ code, message, requestId }: Failure): unknown {
  return { error: message, code, request_id: requestId };
}

/** google.rpc.Status with its usual details; the retry time stands in `RetryInfo`. */
export function geminiErrorBody({ status, code, message, requestId, retryAfterSeconds }: Failure): unknown {
  const details: unknown[] = [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: code.toUpperCase(),
      domain: "sluice",
      metadata: { requestId },
    },
  ];
  if (retryAfterSeconds !== null) {
    details.push({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${retryAfterSeconds}s` });
  }
  return { error: { code: status, message, status: typeOf(geminiStatuses, status), details } };
}

function typeOf(types: Record<number, string>, status: number): string {
  return types[status] ?? (status >= 500 ? types[500] : types[400]) ?? "api_error";
}

const openaiTypes = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "invalid_request_error",
  429: "rate_limit_error",
  500: "server_error",
};

const anthropicTypes = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  500: "api_error",
  503: "overloaded_error",
  504: "timeout_error",
};

const geminiStatuses = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  402: "RESOURCE_EXHAUSTED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  413: "INVALID_ARGUMENT",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};
