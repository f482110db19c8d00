import pg from "pg";
import { expect, test } from "vitest";
import { pool } from "@/lib/db/client";
import { rebuildRollups } from "@/lib/metering/rebuild-rollups";
import { purgeLedger } from "@/lib/retention/purge-ledger";
import { api } from "../../api";
import { makeClient, useGateway } from "../../gateway";

const { post } = useGateway();
const now = new Date();
/** In the middle of a month, where no zone is in another. */
const monthsAgo = (count: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count, 15));

test("a million calls are purged, whole months and one by one, while calls are served; all totals stay", async () => {
  const [brief, keeper] = [await makeClient(), await makeClient()];
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  // Of the older month nobody keeps anything; of the later one the second client keeps what it has.
  await makeCalls(client, brief, { ago: 8, calls: 700_000 });
  await makeCalls(client, brief, { ago: 5, calls: 300_000 });
  await makeCalls(client, keeper, { ago: 5, calls: 1_000 });
  await rebuildRollups(client);
  await keep(brief, 2);
  await keep(keeper, 6);
  const before = await requestsOf(brief);
  expect(before).toBe(1_000_000);

  let isPurging = true;
  const lines = [brief, keeper, await makeClient()].map(async (each) => {
    const statuses: number[] = [];
    do statuses.push(await call(each));
    while (isPurging);
    return statuses;
  });
  const { calls, months } = await purgeLedger(client, { now });
  isPurging = false;
  const served = await Promise.all(lines);

  expect(calls).toBe(1_000_000);
  expect(months).toContain(monthsAgo(8).toISOString().slice(0, 7));
  for (const statuses of served) {
    const passed = statuses.filter((status) => status === 200);
    // On a disk that stands still a call is told to come again.
    expect(statuses.filter((status) => ![200, 503].includes(status))).toEqual([]);
    // Who had to wait for the purge would have made one call, or two.
    expect(passed.length).toBeGreaterThan(10);
  }
  const { rows } = await client.query(
    "select count(*)::int as calls from usage_record where admitted_at < now() - interval '1 month'",
  );
  await client.end();
  expect(rows).toEqual([{ calls: 1_000 }]);
  expect(await requestsOf(brief)).toBe(before);
});

type Made = { tenantId: string; keyId: string; secret: string };

/** Calls of an old month, as the ledger has them once they are settled. */
async function makeCalls(
  client: pg.Client,
  { tenantId, keyId }: Made,
  { ago, calls }: { ago: number; calls: number },
): Promise<void> {
  const at = monthsAgo(ago);
  await client.query("select ensure_usage_partitions($1::date, $1::date)", [at]);
  await client.query(
    `insert into usage_record (id, tenant_id, admitted_at, settled_at, api_key_id, source, provider, endpoint, state, stream,
       reserved_tokens, reserved_cost, reserved_input, input_tokens, output_tokens, total_tokens, instance_id,
       hour_starts_at, day_starts_at, month_starts_at, local_date)
     select gen_random_uuid(), $1, $3, $3, $2, 'apikey', 'openai', 'chat/completions', 'settled', false, 0, 0, 0, 1, 1, 2,
       gen_random_uuid(), $3, $3, date_trunc('month', $3::timestamptz), $3::timestamptz from generate_series(1, $4::int)`,
    [tenantId, keyId, at, calls],
  );
}

async function keep({ tenantId }: Made, months: number): Promise<void> {
  const { status } = await api("PUT", `/api/admin/settings/retention/${tenantId}`, { body: { months } });
  expect(status).toBe(204);
}

async function requestsOf({ tenantId }: Made): Promise<number> {
  const { rows } = await pool().query<{ requests: number }>(
    "select sum(requests)::int as requests from usage_daily where tenant_id = $1 and local_date < now() - interval '1 month'",
    [tenantId],
  );
  return rows[0]?.requests ?? 0;
}

async function call(client: Made): Promise<number> {
  const response = await post(client, "/openai/v1/chat/completions", { model: "gpt-4o-mini", messages: [] });
  await response.arrayBuffer();
  return response.status;
}
