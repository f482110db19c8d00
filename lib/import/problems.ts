import type { ImportReport } from "./import-usage";

/** A refused file as the error that every refusal of the API is: its first mistake in words; the report lists them all. */
export function describeProblems({ problems: [first] }: ImportReport): { code: string; message: string } {
  const where = first ? ` Line ${first.line}: ${first.message}` : "";
  return { code: "invalid_request", message: `The file has mistakes, and nothing of it was written.${where}` };
}
