import type { Verdict } from "./batch";
import type { Tally } from "./tallies";
import type { CallRequest, Settlement } from "./types";

export type Waiting = {
  call: CallRequest;
  resolve(verdict: Verdict): void;
  reject(error: unknown): void;
  /** It was refused while reservations of ended calls stood in its way; these go first now. */
  isSecondTry: boolean;
};
export type Ended = { settlement: Settlement; committed(): void; attempts: number; since: number };
/** `flushes` are told when this batch has committed. */
export type Batch = { waiting: Waiting[]; ended: Ended[]; tallies: Tally[]; flushes: (() => void)[]; takenAt: Date };

export function tenantsOf({ waiting, ended, tallies }: Pick<Batch, "waiting" | "ended" | "tallies">): string[] {
  const tenants = new Set<string>();
  for (const { call } of waiting) tenants.add(call.caller.tenant.id);
  for (const { settlement } of ended) tenants.add(settlement.tenantId);
  for (const { tenant } of tallies) tenants.add(tenant);
  return [...tenants];
}

/** Goes through a list; each entry leaves it when it has been dealt with, and stays when that ends in an error. */
export function* emptying<T>(entries: T[]): Generator<T> {
  for (let [entry] = entries; entry !== undefined; [entry] = entries) {
    yield entry;
    entries.shift();
  }
}
