/** A failure that the operator can mend: its message is one whole line, printed without a stack. */
export class LineError extends Error {}

/** How a failure reads on standard error: the line alone where we named it, with its stack where we did not. */
export function describeFailure(error: unknown): string {
  if (error instanceof LineError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
