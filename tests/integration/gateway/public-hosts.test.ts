import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase } from "@/lib/db/client";
import { handleCall } from "@/lib/gateway/handle-call";
import { meter, startMetering, stopMetering } from "@/lib/metering/lifecycle";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeKey, makeTenant } from "../../factories";
import { ScriptedUpstream } from "../../fixtures/scripted-upstream";

useDatabase();
process.env.SLUICE_UPSTREAM_HOSTS = "public";
const upstream = new ScriptedUpstream();

beforeAll(async () => {
  await upstream.start();
  await startMetering();
});

afterAll(async () => {
  await upstream.stop();
  await stopMetering();
  await closeDatabase();
});

const provider = { slug: "inside", name: "Inside", vendor: "custom", dialect: "openai", credential: "sk-inside" };

test("where providers must be public, an address of the agency's own network cannot be entered", async () => {
  const { status, body } = await api("POST", "/api/admin/providers", { body: { ...provider, baseUrl: upstream.url } });
  expect(status).toBe(400);
  expect(body.error.fields).toEqual({ baseUrl: expect.stringContaining("must be a public host") });
});

test("a name that leads into it is not connected to: neither by a call nor by the test of the provider", async () => {
  const baseUrl = upstream.url.replace("127.0.0.1", "localhost");
  const created = await api("POST", "/api/admin/providers", { body: { ...provider, baseUrl } });
  expect(created.status).toBe(201);
  const tested = await api("POST", `/api/admin/providers/${created.body.id}/test`);
  expect(tested.body).toMatchObject({ ok: false, message: expect.stringContaining("only public hosts are allowed") });

  const { secret } = await makeKey((await makeTenant()).id);
  const { status, body } = await handleCall({
    method: "POST",
    url: "/api/proxy/inside/v1/chat/completions",
    headers: { authorization: `Bearer ${secret}` },
    readBody: async () => Buffer.from('{"model":"gpt-inside","messages":[]}'),
    clientGone: new AbortController().signal,
  });
  expect(status).toBe(502);
  expect(String(body)).not.toContain("localhost");
  await meter().flush({ timeoutMs: 60_000 });
  expect(upstream.received).toEqual([]);

  const moved = { baseUrl: "http://169.254.169.254/latest" };
  expect((await api("PATCH", `/api/admin/providers/${created.body.id}`, { body: moved })).status).toBe(400);
});
