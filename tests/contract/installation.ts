import { ScriptedUpstream } from "../fixtures/scripted-upstream";
import { admin, type Lane, type RunningServer, startServer } from "../server";

/** A server on one lane with a provider whose answers the test writes. */
export type Installation = { server: RunningServer; upstream: ScriptedUpstream; stop(): Promise<void> };

export const providerCredential = "sk-provider-canary-5d1f0c7a";

export async function startInstallation({
  lane,
  databaseUrl,
  env,
}: {
  lane: Lane;
  databaseUrl: string;
  env?: Record<string, string>;
}): Promise<Installation> {
  const upstream = new ScriptedUpstream();
  await upstream.start();
  const server = await startServer({ lane, databaseUrl, ...(env ? { env } : {}) });
  await admin(server, "POST", "/providers", {
    slug: "openai",
    name: "OpenAI",
    vendor: "openai",
    baseUrl: upstream.url,
    credential: providerCredential,
  });
  return {
    server,
    upstream,
    stop: async () => {
      await server.stop();
      await upstream.stop();
    },
  };
}

export type Client = { tenantId: string; planId: string; keyId: string; secret: string };

let clients = 0;

/** A client on a plan of its own with one key, all made through the admin API. */
export async function createClient(
  server: { url: string },
  { plan = {}, key = {} }: { plan?: object; key?: object } = {},
): Promise<Client> {
  clients += 1;
  const name = `Client ${clients} ${Date.now()}`;
  const { id: planId } = await admin<{ id: string }>(server, "POST", "/plans", { name: `Plan of ${name}`, ...plan });
  const { id: tenantId } = await admin<{ id: string }>(server, "POST", "/tenants", {
    name,
    planId,
    timeZone: "Europe/Brussels",
  });
  const created = await admin<{ id: string; secret: string }>(server, "POST", `/tenants/${tenantId}/keys`, {
    name: "Website",
    ...key,
  });
  return { tenantId, planId, keyId: created.id, secret: created.secret };
}

export type RequestRow = {
  id: string;
  apiKeyId: string;
  apiKeyName: string;
  source: string;
  provider: string;
  endpoint: string;
  model: string;
  state: string;
  httpStatus: number | null;
  stream: boolean;
  inputTokens: number | null;
  cachedInputTokens: number | null;
  outputTokens: number | null;
  totalTokens: number | null;
  reservedTokens: number;
  estimated: boolean;
  costMicroUsd: number | null;
  latencyMs: number | null;
  admittedAt: string;
  settledAt: string | null;
};

/** The client's ledger, newest first. */
export async function requestsOf(server: { url: string }, { tenantId }: Client): Promise<RequestRow[]> {
  const { items } = await admin<{ items: RequestRow[] }>(server, "GET", `/usage/requests?tenantId=${tenantId}`);
  return items;
}

export type QuotaLimit = {
  subject: string;
  metric: string;
  window: string;
  cap: number;
  origin: string;
  used: number;
  reserved: number;
  remaining: number;
  resetsAt: string;
  binding: boolean;
};

export async function quotaOf(server: { url: string }, { tenantId }: Client): Promise<QuotaLimit[]> {
  const { limits } = await admin<{ limits: QuotaLimit[] }>(server, "GET", `/tenants/${tenantId}/quota`);
  return limits;
}
