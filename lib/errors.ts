/** The failures we name. `lib/http/respond.ts` alone knows their status numbers. */
export type ErrorCode =
  | "invalid_request"
  | "unauthenticated"
  | "second_step_required"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "outcome_unknown"
  | "precondition_failed"
  | "idempotency_key_reused"
  | "too_large"
  | "too_many_attempts"
  | "quota_exceeded"
  | "upstream_failed"
  | "unavailable"
  | "internal";

type Details = {
  cause?: unknown;
  /** Message per input field, by its path: `{ "dailyTokenLimit": "must be a whole number" }`. */
  fields?: Record<string, string>;
  /** Seconds after which trying again makes sense. */
  retryAfterSeconds?: number;
};

const appErrorName = "AppError";

/** A failure that its reader can act on. Its message is shown to people: no secrets, hosts or stack frames in it. */
export class AppError extends Error {
  /** Next bundles a copy of its own of this class, and an error may come from the other one. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === appErrorName;
  }

  readonly fields?: Record<string, string>;
  readonly retryAfterSeconds?: number;

  constructor(
    readonly code: ErrorCode,
    message: string,
    { cause, fields, retryAfterSeconds }: Details = {},
  ) {
    super(message, { cause });
    this.name = appErrorName;
    if (fields) this.fields = fields;
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds;
  }
}
