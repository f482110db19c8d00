import { expect, test } from "vitest";
import { GET } from "@/app/metrics/route";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeKey, makeTenant } from "../../factories";

useDatabase();

const metricsToken = "test-metrics-token-0123456789";
process.env.SLUICE_METRICS_TOKEN = metricsToken;

const scrape = (headers: Record<string, string> = {}) =>
  GET(new Request("http://sluice.test/metrics", { headers }), { params: Promise.resolve({}) });

test("metrics are for whoever holds their token, and for the staff", async () => {
  expect((await scrape()).status).toBe(401);
  expect((await scrape({ authorization: "Bearer something-else-entirely" })).status).toBe(401);
  expect((await scrape({ "x-forwarded-for": "127.0.0.1" })).status).toBe(401);
  const { id } = await makeTenant();
  const { secret } = await makeKey(id);
  expect((await scrape({ authorization: `Bearer ${secret}` })).status).toBe(401);

  const answer = await scrape({ authorization: `Bearer ${metricsToken}` });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  expect(await answer.text()).toContain("process_cpu_seconds_total");
  expect((await scrape({ authorization: `Bearer ${process.env.SLUICE_ADMIN_TOKEN}` })).status).toBe(200);
});

test("their token opens nothing else", async () => {
  expect((await api("GET", "/api/admin/tenants", { as: { bearer: metricsToken } })).status).toBe(401);
  expect((await api("GET", "/api/usage/quota", { as: { bearer: metricsToken } })).status).toBe(401);
});
