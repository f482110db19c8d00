import { processSingleton } from "../process-singleton";

/** How long a key that was just refused may be refused from memory. */
const memoryMs = 1_000;

type Remembered<T> = { refusal: T; from: number; until: number };

/** Refusals of the last second by tenant and actor, so that an abuser costs almost nothing. */
class RefusalMemory<T> {
  private readonly byTenant = new Map<string, Map<string, Remembered<T>>>();

  remember({
    tenantId,
    actorId,
    refusal,
    now,
    endsAt,
  }: {
    tenantId: string;
    actorId: string;
    refusal: T;
    now: number;
    endsAt: number;
  }): void {
    const actors = this.byTenant.get(tenantId) ?? new Map<string, Remembered<T>>();
    this.byTenant.set(tenantId, actors);
    actors.set(actorId, { refusal, from: now, until: Math.min(now + memoryMs, endsAt) });
  }

  recall({ tenantId, actorId, now }: { tenantId: string; actorId: string; now: number }): T | null {
    const remembered = this.byTenant.get(tenantId)?.get(actorId);
    if (!remembered) return null;
    // A clock that was set back must not make a second of hours.
    if (remembered.from <= now && now < remembered.until) return remembered.refusal;

    this.byTenant.get(tenantId)?.delete(actorId);
    return null;
  }

  forget(tenantId: string): void {
    this.byTenant.delete(tenantId);
  }

  clear(): void {
    this.byTenant.clear();
  }
}

export function refusalMemory<T>(): RefusalMemory<T> {
  return processSingleton("metering.refusals", () => new RefusalMemory<T>());
}

/** To be called after a change to a tenant, its keys or its plan has committed: what was refused may now pass. */
export function forgetRefusals(tenantId: string): void {
  refusalMemory().forget(tenantId);
}

export function forgetAllRefusals(): void {
  refusalMemory().clear();
}
