const awayCodes = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOTFOUND", "EHOSTUNREACH", "ETIMEDOUT"],
  // Prisma: unreachable, timed out, connection closed, no connection free, transaction could not start.
  ...["P1001", "P1002", "P1008", "P1017", "P2024", "P2028"],
  // PostgreSQL: shutting down or starting up, too many connections.
  ...["57P01", "57P02", "57P03", "53300"],
]);

/** Whether the database could not be reached, so that trying again later makes sense. */
export function isDatabaseAway(error: unknown): boolean {
  return chainOf(error).some(
    ({ code, message }) =>
      awayCodes.has(String(code)) || /connection terminated|timeout exceeded when trying to connect/i.test(message),
  );
}

/** Whether the database gave up a statement that took too long: it is busy, or was asked for too much. */
export function isTooSlow(error: unknown): boolean {
  return chainOf(error).some(({ code }) => code === "57014");
}

/** Whether the database said nothing within the time limit that the query had of its own (`query_timeout`). */
export function isUnanswered(error: unknown): boolean {
  return chainOf(error).some(({ message }) => message === "Query read timeout");
}

/** Whether a unique index refused a row. */
export function isTaken(error: unknown): boolean {
  return chainOf(error).some(({ code }) => code === "P2002" || code === "23505");
}

type Failure = { code?: unknown; message: string };

/** The error, what caused it, and so on. */
function chainOf(error: unknown): Failure[] {
  const chain: Failure[] = [];
  let current: unknown = error;
  while (current instanceof Error && chain.length < 10) {
    chain.push(current);
    current = causeOf(current);
  }
  return chain;
}

/** Prisma tells the driver's error beside its own, and there what PostgreSQL said. */
function causeOf({ cause, meta }: Error & { meta?: { driverAdapterError?: unknown } }): unknown {
  if (isTold(cause)) return Object.assign(new Error(String(cause.originalMessage)), { code: cause.originalCode });
  return cause ?? meta?.driverAdapterError;
}

function isTold(cause: unknown): cause is { originalCode: string; originalMessage?: unknown } {
  return typeof cause === "object" && cause !== null && "originalCode" in cause;
}
