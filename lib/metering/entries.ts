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
/** What one statement writes. */
export type Entries = { waiting: Waiting[]; ended: Ended[]; tallies: Tally[] };
/** `flushes` are told when this batch has committed. */
export type Batch = Entries & { flushes: (() => void)[]; takenAt: Date };

export function tenantsOf({ waiting, ended, tallies }: Entries): string[] {
  const tenants = new Set<string>();
  for (const { call } of waiting) tenants.add(call.caller.tenant.id);
  for (const { settlement } of ended) tenants.add(settlement.tenantId);
  for (const { tenant } of tallies) tenants.add(tenant);
  return [...tenants];
}
