import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase } from "@/lib/db/client";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { dayAt, hourAt, localDate, monthAt } from "@/lib/quota/window";
import { seed } from "@/prisma/seed";
import { useDatabase } from "../../database";

const database = useDatabase();
const asked = 40_000;
const usual = 200_000;
let pool: pg.Pool;
let reports: string[];

beforeAll(async () => {
  Object.assign(process.env, {
    AUTH_SECRET: "seed-auth-secret-0123456789-0123456789",
    ENCRYPTION_KEY: "cd".repeat(32),
  });
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  reports = [];
  const report = (line: string) => reports.push(line);
  await seed({ upstreamUrl: "http://127.0.0.1:9", months: 2, now: new Date(), calls: usual + asked, report });
});

afterAll(async () => {
  await pool.end();
  await closeDatabase();
});

const one = async (sql: string) => (await pool.query(sql)).rows[0];

test("the use of many clients is on the ledger as real use would be, and audited clean", async () => {
  expect((await auditLedger(pool)).drifts).toEqual([]);
  expect(await one("select count(*)::int as tenants from tenant")).toEqual({ tenants: 60 });
  const { keys } = await one("select count(*)::int as keys from api_key");
  expect(keys).toBeGreaterThanOrEqual(990);
  expect(keys).toBeLessThanOrEqual(1_010);
  const { calls } = await one(
    `select count(*)::int as calls from usage_record u join tenant t on t.id = u.tenant_id
     join subscription s on s.tenant_id = t.id join plan p on p.id = s.plan_id where p.name = 'Volume'`,
  );
  expect(calls).toBeGreaterThan(0.97 * asked);
  expect(calls).toBeLessThan(1.03 * asked);
  expect(reports.at(-1)).toMatch(/calls, \d of \d months/);
});

test("no key is used before it was made, after it was revoked, or by another client", async () => {
  const { wrong } = await one(
    `select count(*)::int as wrong from usage_record u left join api_key k on k.id = u.api_key_id
     where u.api_key_id is not null and (k.id is null or k.tenant_id <> u.tenant_id or u.api_key_name <> k.name
       or u.admitted_at < date_trunc('second', k.created_at) or u.admitted_at >= k.revoked_at
       or u.source::text <> case k.kind when 'legacy' then 'legacy' else 'apikey' end)`,
  );
  expect(wrong).toBe(0);
  const { revoked } = await one("select count(*)::int as revoked from api_key where revoked_at is not null");
  expect(revoked).toBeGreaterThan(20);
});

test("each call lies in the windows in which the gateway would have put it", async () => {
  const { rows } = await pool.query<{ at: Date; zone: string; hour: Date; day: Date; month: Date; date: string }>(
    `select u.admitted_at as at, t.time_zone as zone, u.hour_starts_at as hour, u.day_starts_at as day, u.month_starts_at as month,
       u.local_date::text as date
     from usage_record u join tenant t on t.id = u.tenant_id order by hashtext(u.id::text) limit 2000`,
  );
  expect(rows).toHaveLength(2_000);
  for (const { at, zone, hour, day, month, date } of rows) {
    expect({ hour, day, month, date }).toEqual({
      hour: hourAt(at, zone).startsAt,
      day: dayAt(at, zone).startsAt,
      month: monthAt(at, zone).startsAt,
      date: localDate(at, zone),
    });
  }
});

test("one app has run wild: refused thousands of times, day after day", async () => {
  const { refusals } = await one(
    "select sum(refusals)::int as refusals from refusal_hourly where reason = 'requests_minute_tenant'",
  );
  expect(refusals).toBeGreaterThan(100_000);
});
