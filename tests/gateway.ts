import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";
import { closeDatabase, pool } from "@/lib/db/client";
import { serveProxy } from "@/lib/gateway/node-lane";
import type { CreateKeyInput } from "@/lib/keys/schema";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { meter, startMetering, stopMetering } from "@/lib/metering/lifecycle";
import type { CreatePlanInput } from "@/lib/plans/schema";
import type { CreateProviderInput } from "@/lib/providers/schema";
import { api } from "./api";
import { useDatabase } from "./database";
import { makeKey, makePlan, makeTenant } from "./factories";
import { ScriptedUpstream } from "./fixtures/scripted-upstream";

export type GatewayClient = { tenantId: string; planId: string; keyId: string; secret: string };

/** The gateway in this process, on a database of the test file's own, before a provider `openai` that answers as a test says. */
export function useGateway(): {
  upstream: ScriptedUpstream;
  /** Where it listens, once the tests run. */
  server: { url: string };
  /** No body is sent where none is given. */
  post(client: { secret: string }, path: string, body?: unknown, options?: RequestInit): Promise<Response>;
  addProvider(provider: Pick<CreateProviderInput, "slug" | "vendor">): Promise<string>;
} {
  useDatabase();
  const upstream = new ScriptedUpstream();
  let listening: Server;
  const server = { url: "" };
  const addProvider = async (provider: Pick<CreateProviderInput, "slug" | "vendor">) => {
    const { body } = await api("POST", "/api/admin/providers", {
      body: { ...provider, name: provider.slug, baseUrl: upstream.url, credential: "sk-provider" },
    });
    return body.id as string;
  };

  beforeAll(async () => {
    await upstream.start();
    await startMetering();
    await addProvider({ slug: "openai", vendor: "openai" });
    listening = createServer((request, response) => void serveProxy(request, response));
    listening.listen(0, "127.0.0.1");
    await once(listening, "listening");
    server.url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/api/proxy`;
  });

  afterAll(async () => {
    listening.closeAllConnections();
    listening.close();
    await upstream.stop();
    await stopMetering();
    const { drifts } = await auditLedger(pool());
    await closeDatabase();
    if (drifts.length > 0) throw new Error(`Counters drift from the ledger: ${JSON.stringify(drifts)}`);
  });

  return {
    upstream,
    server,
    addProvider,
    post: ({ secret }, path, body, options) =>
      fetch(server.url + path, {
        method: "POST",
        ...options,
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...options?.headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
  };
}

export async function makeClient(
  plan: Partial<CreatePlanInput> = {},
  key: Partial<CreateKeyInput> = {},
): Promise<GatewayClient> {
  const { id: planId } = await makePlan(plan);
  const { id: tenantId } = await makeTenant({ planId });
  const { id: keyId, secret } = await makeKey(tenantId, key);
  return { tenantId, planId, keyId, secret };
}

export type LedgerRow = {
  model: string | null;
  state: "admitted" | "settled" | "failed" | "abandoned";
  http_status: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  reserved_tokens: number;
  reserved_cost: number;
  cost_micro_usd: number | null;
  estimated: boolean;
};

/** The client's ledger, oldest first, once all is written. */
export async function ledgerOf({ tenantId }: { tenantId: string }): Promise<LedgerRow[]> {
  await meter().flush({ timeoutMs: 60_000 });
  const { rows } = await pool().query<LedgerRow>(
    `select model, state, http_status, input_tokens::float8, output_tokens::float8, reserved_tokens::float8,
       reserved_cost::float8, cost_micro_usd::float8, estimated
     from usage_record where tenant_id = $1 order by admitted_at, id`,
    [tenantId],
  );
  return rows;
}
