import pg from "pg";
import { callRows, type MeterAnswer, subjectRows } from "./batch";
import type { KnownBatch } from "./known-counters";
import type { MeterStore } from "./meter";
import { PreparedStatement } from "./prepared-statement";
import { arrayOf } from "./records";

const statementTimeoutMs = 10_000;
const watchMs = 500;

/**
 * Plans are kept: to make them anew for each batch would take longer than the batch, and to compile them (jit) longer still.
 * So each must be the one for a table of any size, a few rows found by key; only for a table that is still empty the
 * planner cannot be told so, and its plans are thrown away at the first, second, fourth, eighth … batch.
 */
const sessionSettings = [
  "timezone=UTC",
  "jit=off",
  "plan_cache_mode=force_generic_plan",
  "enable_seqscan=off",
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  "seq_page_cost=0",
  "random_page_cost=0",
  // A client's row that somebody else holds for longer must not hold up the calls of all the others.
  "lock_timeout=250ms",
];

/** The statements of every batch, by the names under which a connection has them prepared. */
const statements = {
  meter: "select meter($1, $2, $3, $4, $5, $6, $7, $8)::text",
  admit_known: "select admit_known($1, $2, $3, $4, $5, $6, $7, $8)::text",
};
type Statement = keyof typeof statements;
type Values = (string | null)[];

/**
 * Admission's own connection: no report can starve it.
 */
export class PostgresMeterStore implements MeterStore {
  private client: pg.Client | null = null;
  private connecting: Promise<pg.Client> | null = null;
  private connections = 0;
  /** Sent over this connection. */
  private batches = 0;
  /** Questions that are not answered yet, and since when nothing was heard of them, in ms of `performance.now()`. */
  private asked = 0;
  private silentSince = 0;
  private readonly prepared = new Set<Statement>();

  constructor(
    private readonly databaseUrl: string,
    private readonly instanceId: string,
    private readonly timing = { silenceMs: statementTimeoutMs + 2_000 },
  ) {}

  async meter({
    tenants,
    settlements,
    tallies,
    calls,
    known,
  }: Parameters<MeterStore["meter"]>[0]): Promise<MeterAnswer> {
    const tried = known && (await this.admitKnown(tenants, known));
    if (tried?.admission) return { settled: [], ...tried, connection: this.connections };

    const answer = await this.run("meter", [
      this.instanceId,
      `{${tenants.join(",")}}`,
      tallies.length === 0 ? null : JSON.stringify(tallies),
      arrayOf(settlements),
      calls && arrayOf(subjectRows(calls)),
      calls && arrayOf(callRows(calls)),
      String(calls !== null && calls.asked !== null),
      calls?.asked?.reckonedAt?.toString() ?? null,
    ]);
    return { ...JSON.parse(answer), connection: this.connections, known: tried?.known };
  }

  private async admitKnown(tenants: string[], known: KnownBatch): Promise<Pick<MeterAnswer, "admission" | "known">> {
    const answer = await this.run(
      "admit_known",
      [
        this.instanceId,
        `{${tenants.join(",")}}`,
        arrayOf(known.counters),
        arrayOf(known.calls),
        String(known.agencyVersion),
        known.minute.toISOString(),
        known.from.toISOString(),
        known.to.toISOString(),
      ],
      known.connection,
    );
    if (answer === "") return { admission: null, known: "over" };

    // { ms, transaction }
    const [now, writtenBy] = answer.slice(1, -1).split(",");
    if (!writtenBy) return { admission: null, known: "changed" };
    return {
      admission: { now: Number(now), agencyVersion: known.agencyVersion, states: known.states, writtenBy },
      known: "held",
    };
  }

  async heldTenants(tenants: string[]): Promise<string[]> {
    const { rows } = await this.query<{ held: string[] }>({
      text: "select held_tenants($1)::text[] as held",
      values: [`{${tenants.join(",")}}`],
    });
    return rows[0]?.held ?? [];
  }

  async ensurePartitions(): Promise<void> {
    await this.query({
      text: `select ensure_usage_partitions((now() at time zone 'UTC' - interval '1 day')::date,
        (now() at time zone 'UTC' + interval '3 months')::date)`,
    });
  }

  /** Opens the connection and prepares the statements, so that the first call does not wait for it. */
  async warmUp(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      await this.run("meter", [this.instanceId, "{}", "[]", "{}", "{}", "{}", "true", null]);
      await this.run("admit_known", [this.instanceId, "{}", "{}", "{}", "0", "epoch", "epoch", "infinity"]);
    }
  }

  async close(): Promise<void> {
    const client = this.client;
    this.client = null;
    await client?.end();
  }

  /** @param only the connection on which it has a meaning; on another one it is not sent, and answers nothing. */
  private async run(name: Statement, values: Values, only?: number): Promise<string> {
    if (isPowerOfTwo(this.batches++)) await this.query({ text: "discard plans" });
    return await this.asking(async (client) => {
      if (only !== undefined && only !== this.connections) return "";
      if (this.prepared.has(name)) return await execute(client, name, values);
      const { rows } = await client.query<[string | null]>({ name, text: statements[name], values, rowMode: "array" });
      this.prepared.add(name);
      return rows[0]?.[0] ?? "";
    });
  }

  private async query<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    return await this.asking((client) => client.query<Row>(query));
  }

  private async asking<Answer>(ask: (client: pg.Client) => Promise<Answer>): Promise<Answer> {
    // Without a turn of the event loop when it is open, so that a batch is on its way before its calls go on.
    const client = this.client ?? (await this.connect());
    if (this.asked++ === 0) this.silentSince = performance.now();
    try {
      return await ask(client);
    } catch (error) {
      if (isUseless(error)) this.drop(client);
      throw error;
    } finally {
      this.asked--;
      this.silentSince = performance.now();
    }
  }

  /** Whoever asks while the connection is being opened waits for the same one. */
  private connect(): Promise<pg.Client> {
    this.connecting ??= this.open().finally(() => {
      this.connecting = null;
    });
    return this.connecting;
  }

  private async open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      application_name: "sluice-metering",
      connectionTimeoutMillis: 5_000,
      statement_timeout: statementTimeoutMs,
      options: sessionSettings.map((setting) => `-c ${setting}`).join(" "),
    });
    client.on("error", () => this.drop(client));
    await client.connect();
    this.breakSilence(client);
    this.connections++;
    this.batches = 0;
    this.prepared.clear();
    this.client = client;
    return client;
  }

  /**
   * Ends a connection whose server says nothing for this long, or that has been given up and does not end. pg's own timer for
   * each statement is a good part of its time. Twice in a row: an answer may have come while nobody looked.
   */
  private breakSilence(client: pg.Client): void {
    let wasSilent = false;
    const watch = setInterval(() => {
      const isSilent = this.asked > 0 && performance.now() - this.silentSince > this.timing.silenceMs;
      const isGivenUp = this.client !== client;
      if (wasSilent && (isSilent || isGivenUp))
        client.connection.stream.destroy(new Error("the database has said nothing for too long"));
      wasSilent = isSilent || isGivenUp;
    }, watchMs).unref();
    client.once("end", () => clearInterval(watch));
  }

  private drop(client: pg.Client): void {
    if (this.client === client) this.client = null;
    client.end().catch(() => {});
  }
}

function execute(client: pg.Client, name: Statement, values: Values): Promise<string> {
  return new Promise((resolve, reject) => client.query(new PreparedStatement(name, values, { resolve, reject })));
}

function isPowerOfTwo(number: number): boolean {
  return number > 0 && (number & (number - 1)) === 0;
}

const uselessCodes = ["25006", "26000"];

/**
 * Whether the connection is of no use after this error: the server did not answer it, which leaves the connection in an
 * unknown state, it has become a standby that takes no writes (25006), and the new primary is elsewhere, or it has forgotten
 * the statement (26000).
 */
function isUseless(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.severity === "FATAL" || uselessCodes.includes(error.code ?? "");
}
