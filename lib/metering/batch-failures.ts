import type pg from "pg";

/** Deadlock or serialization failure: the batch was rolled back whole and may be sent again as it is. */
export function isContention(error: unknown): boolean {
  return ["40001", "40P01"].includes(codeOf(error));
}

/** Somebody else holds a row or table for longer than a batch waits: it was rolled back whole. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === "55P03";
}

/** No partition for this month yet (PostgreSQL reports it as a violated partition constraint). */
export function isMissingPartition(error: unknown): boolean {
  return codeOf(error) === "23514" && /no partition of relation/.test((error as Error).message);
}

/** Something in a batch cannot even be written down for the database, which has nothing to do with it. */
export class UnwritableEntry extends Error {
  constructor(cause: unknown) {
    super("an entry of a batch cannot be written down", { cause });
  }
}

/**
 * Not so are errors that the database answers about the batch itself (classes 21 cardinality, 22 data, 23 constraint, 42
 * statement, 54 program limit, P0 raised, XX internal): sent again as it is, the batch would stop all calls for ever.
 */
export function isConnectionLoss(error: unknown): boolean {
  return !(error instanceof UnwritableEntry) && !/^(21|22|23|42|54|P0|XX)/.test(codeOf(error));
}

function codeOf(error: unknown): string {
  const code = (error as Partial<pg.DatabaseError> | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : "";
}
