/** A failure that the operator can mend: its message is one whole line, printed without a stack. */
export class LineError extends Error {}

/** How a failure reads on standard error: the line alone where we named it, with its stack where we did not. */
export function describeFailure(error: unknown): string {
  if (error instanceof LineError || isOfArguments(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What `parseArgs` cannot understand is for the operator to mend. */
function isOfArguments(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && /^ERR_PARSE_ARGS_/.test((error as NodeJS.ErrnoException).code ?? "");
}
