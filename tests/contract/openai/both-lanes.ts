import OpenAI from "openai";
import pg from "pg";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { useDatabase } from "../../database";
import { type Installation, startInstallation } from "../installation";

export const messages = [{ role: "user" as const, content: "Say hello." }];

/** A server on one lane, and how an app calls it. What it holds is there once a test runs. */
export class OpenaiLane {
  private started: { installation: Installation; pool: pg.Pool } | null = null;

  async start(lane: "fast" | "portable", databaseUrl: string): Promise<void> {
    const installation = await startInstallation({ lane, databaseUrl });
    this.started = { installation, pool: new pg.Pool({ connectionString: databaseUrl, max: 2 }) };
  }

  get installation(): Installation {
    return this.running.installation;
  }

  /** On the server's database. */
  get pool(): pg.Pool {
    return this.running.pool;
  }

  /** Stops it; afterwards counters and ledger must agree, whatever the tests did. */
  async stop(): Promise<void> {
    const audit = await auditLedger(this.pool);
    await this.pool.end();
    await this.installation.stop();
    expect(audit.drifts).toEqual([]);
  }

  sdk({ secret }: { secret: string }, path = "/api/proxy/openai/v1"): OpenAI {
    return new OpenAI({ apiKey: secret, baseURL: `${this.installation.server.url}${path}`, maxRetries: 0 });
  }

  post(
    client: { secret: string },
    path: string,
    body: string | Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(`${this.installation.server.url}/api/proxy/openai${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${client.secret}`, "content-type": "application/json", ...headers },
      body: body as BodyInit,
    });
  }

  private get running() {
    if (this.started === null) throw new Error("The server runs only while tests do.");
    return this.started;
  }
}

/** Defines these tests for both lanes. */
export function onBothLanes(define: (lane: OpenaiLane) => void): void {
  describe.each(["fast", "portable"] as const)("the proxy's %s lane", (name) => {
    const database = useDatabase();
    const lane = new OpenaiLane();
    beforeAll(() => lane.start(name, database.url));
    afterAll(() => lane.stop());
    define(lane);
  });
}
