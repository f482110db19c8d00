import pg from "pg";
import { expect } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { eventually } from "../../eventually";
import type { ScriptedUpstream } from "../../fixtures/scripted-upstream";
import type { Client } from "../installation";

/** What a client may be told while something is broken. */
const honestStatuses = new Set([200, 429, 502, 503, 504]);

type LedgerRow = { id: string; model: string; state: string; requests: number };

type Target = { servers: { url: string }[]; slug: string; client: Client; stream?: boolean };

/** Calls one after the other in many lines, each with a model of its own, by which it is found in the ledger again. */
export class Load {
  private static loads = 0;
  /** By this the models of its calls begin. */
  readonly prefix = `gpt-load-${++Load.loads}-`;
  private calls = 0;
  private isRunning = true;
  private readonly lines: Promise<void>[];
  /** What each call was answered, by its model. Without a status its connection broke. */
  readonly answers = new Map<string, { status: number | null; id: string | null }>();

  constructor(
    private readonly target: Target,
    { lines }: { lines: number },
  ) {
    this.lines = Array.from({ length: lines }, (_, line) => this.run(line));
  }

  count(status: number | null): number {
    return [...this.answers.values()].filter((answer) => answer.status === status).length;
  }

  /** Resolves when so many more calls have got this status. */
  async served(more: number, status = 200): Promise<void> {
    const before = this.count(status);
    await eventually(() => expect(this.count(status)).toBeGreaterThanOrEqual(before + more), { everyMs: 20 });
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    await Promise.all(this.lines);
  }

  private async run(line: number): Promise<void> {
    const { servers, slug, client, stream = false } = this.target;
    for (let round = line; this.isRunning; round++) {
      this.calls += 1;
      const model = `${this.prefix}${this.calls}`;
      const { url } = servers[round % servers.length] as { url: string };
      const answer = await fetch(`${url}/api/proxy/${slug}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${client.secret}`, "content-type": "application/json" },
        body: JSON.stringify({ model, stream, max_tokens: 5, messages: [{ role: "user", content: "Hi" }] }),
      }).then(
        async (response) => {
          const whole = await response.text().then(
            () => true,
            () => false,
          );
          return { status: whole ? response.status : null, id: response.headers.get("x-request-id") };
        },
        () => ({ status: null, id: null }),
      );
      this.answers.set(model, answer);
      // A gateway that refuses at once is not to be asked in a tight loop.
      if (answer.status !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/**
 * The promise, whatever broke: each call that went upstream and each that was answered has its row, each row is settled, and
 * counters and roll-ups are the sum of the rows.
 */
export async function expectNothingLost({
  databaseUrl,
  client,
  upstream,
  load,
  brokenConnections = false,
}: {
  databaseUrl: string;
  client: Client;
  upstream: ScriptedUpstream;
  load: Load;
  /** Where a server was killed its clients are told nothing. */
  brokenConnections?: boolean;
}): Promise<LedgerRow[]> {
  for (const [model, { status }] of load.answers) {
    const isHonest = status === null ? brokenConnections : honestStatuses.has(status);
    expect(isHonest, `${model} was answered ${status}`).toBe(true);
  }

  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  try {
    await eventually(async () => {
      const { rows } = await pool.query("select id, model from usage_record where state = 'admitted'");
      expect(rows).toEqual([]);
    });
    const { rows } = await pool.query<LedgerRow>(
      "select id, model, state, (state <> 'failed')::int as requests from usage_record where tenant_id = $1",
      [client.tenantId],
    );
    const byModel = Map.groupBy(rows, ({ model }) => model);
    for (const [model, { status, id }] of load.answers) {
      const [row, ...more] = byModel.get(model) ?? [];
      expect(more).toEqual([]);
      // What a killed server had not yet written was settled by another, at what was reserved.
      const states = brokenConnections ? ["settled", "abandoned"] : ["settled"];
      if (status === 200) expect(row, model).toMatchObject({ id, state: expect.toBeOneOf(states) });
    }
    for (const { body } of upstream.received.filter(({ body }) => body.includes(load.prefix))) {
      const { model } = JSON.parse(body) as { model: string };
      expect(byModel.get(model), model).toHaveLength(1);
    }
    expect((await auditLedger(pool)).drifts).toEqual([]);
    return rows;
  } finally {
    await pool.end();
  }
}
