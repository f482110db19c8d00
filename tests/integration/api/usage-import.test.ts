import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pool } from "@/lib/db/client";
import { receiveImport } from "@/lib/import/receive-import";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeClientUser, makeKey, makePlan, makeTenant } from "../../factories";
import { counterOf } from "../../metering";
import { quietClock } from "../../quiet-clock";

useDatabase();
let tenantId: string;
let slug: string;

beforeEach(async () => {
  ({ id: tenantId, slug } = await makeTenant({ timeZone: "Europe/Berlin" }));
  await makeKey(tenantId, { name: "Shop" });
  await makeKey(tenantId, { name: "Old plugin", secret: `old-plugin-secret-${slug}` });
});

afterEach(async () => expect((await auditLedger(pool())).drifts).toEqual([]));

const send = (lines: string[], query = "") =>
  api("POST", `/api/admin/tenants/${tenantId}/usage-import${query}`, { body: lines.join("\n") });

async function ledger() {
  const { rows } = await pool().query(
    `select source, api_key_name, user_name, model, sum(total_tokens)::int as tokens, count(*)::int as calls,
       sum(cost_micro_usd)::int as cost
     from usage_record where tenant_id = $1 group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    [tenantId],
  );
  return rows;
}

const header = "time,key,user,model,requests,tokens,cost_micro_usd";
const file = [
  header,
  "2024-02-29T10:00:00Z,Shop,,gpt-4o,1,100,12",
  "2024-02-29T10:00:00Z,Shop,,gpt-4o,1,100,12",
  "2024-03-01T23:30:00Z,Old plugin,,gpt-4o,5,1000,",
  "2024-03-31T00:30:00Z,,,,1,7,",
];

describe("a file of earlier use", () => {
  test("stands on the ledger and in every report, classified by its keys", async () => {
    const { status, body } = await send(file);
    expect(status).toBe(200);
    expect(body).toMatchObject({ lines: 4, calls: 8, added: 8, problems: [], dryRun: false });
    expect(await ledger()).toEqual([
      { source: "apikey", api_key_name: "Shop", user_name: null, model: "gpt-4o", tokens: 200, calls: 2, cost: 24 },
      { source: "web", api_key_name: null, user_name: null, model: null, tokens: 7, calls: 1, cost: null },
      {
        source: "legacy",
        api_key_name: "Old plugin",
        user_name: null,
        model: "gpt-4o",
        tokens: 1000,
        calls: 5,
        cost: null,
      },
    ]);
    const report = await api(
      "GET",
      `/api/admin/usage/sources?tenantId=${tenantId}&from=2024-01-01T00:00:00Z&to=2024-06-01T00:00:00Z&bucket=month`,
    );
    expect(report.body.totals.grandTotal).toMatchObject({ requests: 8, totalTokens: 1207 });
  });

  test("that comes twice adds nothing", async () => {
    await send(file);
    const before = await ledger();
    expect((await send(file)).body).toMatchObject({ calls: 8, added: 0, classified: 0 });
    expect(await ledger()).toEqual(before);
    expect((await send([...file, "2024-04-01T00:00:00Z,Shop,,m,1,1,"])).body).toMatchObject({ added: 1 });
  });

  test("counts against the windows that run, and against no others", async () => {
    const { id: planId } = await makePlan({ dailyTokenLimit: 1_000 });
    ({ id: tenantId } = await makeTenant({ planId }));
    await send([header, `${new Date(Date.now() - 1).toISOString()},,,m,1,400,`, "2024-02-29T10:00:00Z,,,m,1,400,"]);
    const { body } = await api("GET", `/api/admin/tenants/${tenantId}/quota`);
    expect(body.limits.find(({ window }: { window: string }) => window === "day")).toMatchObject({ used: 400 });
  });

  test("that was sent yesterday and lasted over midnight counts against the windows that run now", async () => {
    await quietClock({ forMs: 10_000 });
    await send([header, `${new Date().toISOString()},Shop,,m,1,100,`]);
    const counted = await counterOf(pool(), tenantId, "day");
    expect(counted.tokens_used).toBe(100);
    const yesterday = new Date(Date.now() - 86_400_000);
    const body = new Blob([[header, `${yesterday.toISOString()},Shop,,m,1,7,`].join("\n")]).stream();
    const actor = { id: null, name: "script", role: "admin" as const };
    await receiveImport({ tenantId, body, zone: null, dryRun: false, actor, now: yesterday });
    expect(await counterOf(pool(), tenantId, "day")).toEqual(counted);
  });

  test("is only looked at in a dry run", async () => {
    expect((await send(file, "?dryRun=true")).body).toMatchObject({ dryRun: true, lines: 4, calls: 8, added: 0 });
    expect(await ledger()).toEqual([]);
  });

  test("with mistakes is told each of them by its line, and nothing of it is written", async () => {
    const { status, body } = await send([
      header,
      "2024-02-29T10:00:00Z,Shop,,m,1,100,",
      "2024-02-30T10:00:00Z,Shop,,m,1,100,",
      '2024-02-29T10:00:00Z,"a\nname",,m,1,100,',
      "2024-02-29 10:00,Shop,,m,1,100,",
    ]);
    expect(status).toBe(400);
    expect(body.error).toEqual({
      code: "invalid_request",
      message: expect.stringMatching(/nothing of it .* Line 3: /),
    });
    expect(body.problems).toEqual([
      { line: 3, message: expect.stringContaining("is no time") },
      { line: 5, message: expect.stringContaining("key must be a text") },
      { line: 6, message: expect.stringContaining("no offset") },
    ]);
    expect(await ledger()).toEqual([]);
  });

  test.each([
    { name: "an unknown column", lines: ["time,tokns"], query: "", says: "Unknown columns: tokns" },
    { name: "nothing in it", lines: [""], query: "", says: "The file is empty" },
    { name: "an open quote", lines: ["time,tokens", '2024-01-01T00:00:00Z,"1'], query: "", says: "This is no CSV" },
  ])("with $name is refused", async ({ lines, query, says }) => {
    const { status, body } = await send(lines, query);
    expect(status).toBe(400);
    expect(body.problems[0].message).toContain(says);
  });

  test("as a spreadsheet saves it, with a byte order mark and CRLF, is read like any other", async () => {
    const { status, body } = await api("POST", `/api/admin/tenants/${tenantId}/usage-import`, {
      body: `\uFEFF${file.join("\r\n")}\r\n`,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ lines: 4, calls: 8, added: 8, problems: [] });
  });

  test("in another encoding, whose letters would be lost, is refused by its line", async () => {
    const bytes = new Uint8Array(Buffer.from("time,key,tokens\n2024-01-01T00:00:00Z,Müller,1\n", "latin1"));
    const path = `/api/admin/tenants/${tenantId}/usage-import`;
    const { status, body } = await api("POST", path, { body: bytes });
    expect(status).toBe(400);
    expect(body.problems).toEqual([{ line: 2, message: expect.stringContaining("UTF-8") }]);
    expect(await ledger()).toEqual([]);
  });

  test("that is slow to come keeps no connection from the console", async () => {
    const uploads = Array.from({ length: pool().options.max ?? 1 }, () => {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const actor = { id: null, name: "script", role: "admin" as const };
      const report = receiveImport({ tenantId, body: readable, zone: null, dryRun: true, actor, now: new Date() });
      return { file: writable.getWriter(), report };
    });
    // Written when somebody reads it: then each upload is on its way.
    await Promise.all(uploads.map(({ file }) => file.write(Buffer.from("time,tokens\n"))));
    expect((await api("GET", `/api/admin/tenants/${tenantId}`)).status).toBe(200);

    await Promise.all(uploads.map(({ file }) => file.close()));
    const reports = await Promise.all(uploads.map(({ report }) => report));
    expect(reports.every(({ problems }) => problems.length === 0)).toBe(true);
  });

  test("in a zone that there is not is refused", async () => {
    expect((await send(file, "?zone=Mars/Olympus")).body.error.fields).toHaveProperty("zone");
  });

  test("knows the client's users by their e-mail", async () => {
    const { email } = await makeClientUser(tenantId);
    await send([header, `2024-02-29T10:00:00Z,,${email.toUpperCase()},m,1,5,`]);
    expect(await ledger()).toMatchObject([{ source: "web", user_name: "Uma User" }]);
  });

  test("may name a key that comes later: its calls become the key's, once", async () => {
    await send([
      header,
      `${new Date(Date.now() - 1).toISOString()},Late,,m,3,30,`,
      "2024-02-29T10:00:00Z,Late,,m,1,5,",
    ]);
    expect(await ledger()).toMatchObject([{ source: "web", api_key_name: "Late", calls: 4 }]);
    const { id: keyId } = await makeKey(tenantId, { name: "Late" });
    const before = await counterOf(pool(), tenantId, "month");
    expect((await send(file)).body).toMatchObject({ classified: 4 });
    expect(await counterOf(pool(), keyId, "month")).toMatchObject({ requests_used: 3, tokens_used: 30 });
    expect(await counterOf(pool(), tenantId, "month")).toEqual(before);
    expect(await ledger()).toContainEqual(
      expect.objectContaining({ source: "apikey", api_key_name: "Late", calls: 4 }),
    );
    expect((await send(file)).body).toMatchObject({ classified: 0, added: 0 });
  });

  test("of thousands of calls becomes a later key's some days at a time, and all figures follow", async () => {
    const days = ["2024-02-27", "2024-02-28", "2024-02-29"];
    await send([header, ...days.map((day) => `${day}T10:00:00Z,Much later,,m,3000,6000,`)]);
    const key = await makeKey(tenantId, { name: "Much later" });
    expect((await send([header, "2024-03-01T10:00:00Z,Much later,,m,1,5,"])).body).toMatchObject({ classified: 9_000 });
    const range = "from=2024-02-01T00:00:00Z&to=2024-03-31T00:00:00Z";
    const { body } = await api("GET", `/api/admin/usage/sources?tenantId=${tenantId}&${range}`);
    expect(body.totals.byKey).toMatchObject([{ apiKeyId: key.id, requests: 9_001, totalTokens: 18_005 }]);
    expect(body.totals.bySource).toHaveLength(1);
  });

  test("that breaks off among a later key's calls is written down as far as it went", async () => {
    await send([header, "2024-02-29T10:00:00Z,Later,,m,3,6,", "2024-03-20T10:00:00Z,Later,,boom,2,4,"]);
    await makeKey(tenantId, { name: "Later" });
    await breakingAt("update", async () => {
      expect((await send([header, "2024-02-29T10:00:00Z,Later,,m,3,6,"])).status).toBe(500);
    });
    const { body } = await api("GET", `/api/admin/audit?target=tenant:${tenantId}`);
    expect(body.items).toContainEqual(
      expect.objectContaining({ action: "usage.imported", after: { added: 0, classified: 3, brokeOff: true } }),
    );
  });

  test("that breaks off is written down as far as it went, and goes on when it is sent again", async () => {
    const long = [header, "2024-02-29T10:00:00Z,Shop,,m,2000,4000,", "2024-03-01T10:00:00Z,Shop,,boom,1,5,"];
    await breakingAt("insert", async () => expect((await send(long)).status).toBe(500));
    const { body } = await api("GET", `/api/admin/audit?target=tenant:${tenantId}`);
    expect(body.items).toContainEqual(
      expect.objectContaining({ action: "usage.imported", after: { added: 2_000, classified: 0, brokeOff: true } }),
    );
    expect((await send(long)).body).toMatchObject({ calls: 2_001, added: 1 });
  });

  test("is written down in the audit trail", async () => {
    await send(file);
    const { body } = await api("GET", `/api/admin/audit?target=tenant:${tenantId}`);
    expect(body.items).toContainEqual(
      expect.objectContaining({ action: "usage.imported", after: expect.objectContaining({ added: 8 }) }),
    );
  });

  test("of a hundred thousand lines in no order is taken in bounded time, and audited clean", async () => {
    const lines = Array.from({ length: 100_000 }, (_, number) => {
      const at = new Date(Date.UTC(2024, 0, 1) + ((number * 7_919_317) % 31_536_000) * 1_000).toISOString();
      return `${at},${number % 3 === 0 ? "Shop" : ""},,m,1,${number % 97},`;
    });
    const { body } = await send([header, ...lines]);
    expect(body).toMatchObject({ lines: 100_000, added: 100_000 });
  });
});

/** Does something while the ledger takes no row of the model `boom`. */
async function breakingAt(event: "insert" | "update", act: () => Promise<void>): Promise<void> {
  await pool().query("create function boom() returns trigger language plpgsql as $$ begin raise 'boom'; end $$");
  await pool().query(
    `create trigger boom before ${event} on usage_record for each row when (new.model = 'boom') execute function boom()`,
  );
  try {
    await act();
  } finally {
    await pool().query("drop function boom() cascade");
  }
}
