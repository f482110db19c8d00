/** The failures we name. `lib/http/respond.ts` alone knows their status numbers. */
export type ErrorCode =
  | "invalid_request"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "conflict"
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

/** A failure that its reader can act on. Its message is shown to people: no secrets, hosts or stack frames in it. */
export class AppError extends Error {
  readonly fields?: Record<string, string>;
  readonly retryAfterSeconds?: number;

  constructor(
    readonly code: ErrorCode,
    message: string,
    { cause, fields, retryAfterSeconds }: Details = {},
  ) {
    super(message, { cause });
    this.name = "AppError";
    if (fields) this.fields = fields;
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds;
  }
}
