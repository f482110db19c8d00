import type pg from "pg";
import { callPool } from "../db/client";
import { log } from "../log";
import { processSingleton } from "../process-singleton";

/** Uses are written this long after the first of them, together. */
const gatherMs = 1_000;

type Uses = { calls: number; lastAt: Date };

/** Counts the calls that are let through with a secret which has been replaced, so that one sees which app still has it. */
export class OldSecretUses {
  private uses = new Map<string, Uses>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly source: Pick<pg.Pool, "query">) {}

  note(keyId: string, at: Date): void {
    this.add(keyId, { calls: 1, lastAt: at });
    this.timer ??= setTimeout(() => void this.flush(), gatherMs).unref();
  }

  /** Writes what is counted; what cannot be written now is kept for the next time. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const gathered = this.uses;
    this.uses = new Map();
    for (const [keyId, { calls, lastAt }] of gathered) {
      try {
        // Uses of a secret before the one that was replaced last are none of this one's.
        await this.source.query(
          `update api_key set previous_secret_calls = previous_secret_calls + $2,
             previous_secret_used_at = greatest(previous_secret_used_at, $3)
           where id = $1 and rotated_at <= $3`,
          [keyId, calls, lastAt],
        );
      } catch (error) {
        log().warn({ err: error }, "uses of a replaced secret could not be written, and wait");
        this.add(keyId, { calls, lastAt });
      }
    }
  }

  private add(keyId: string, { calls, lastAt }: Uses): void {
    const known = this.uses.get(keyId);
    this.uses.set(keyId, {
      calls: (known?.calls ?? 0) + calls,
      lastAt: known && known.lastAt > lastAt ? known.lastAt : lastAt,
    });
  }
}

export function oldSecretUses(): OldSecretUses {
  return processSingleton("keys.old-secret-uses", () => new OldSecretUses(callPool()));
}
