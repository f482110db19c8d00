import { expect, test } from "vitest";
import { pool } from "@/lib/db/client";
import { useDatabase } from "../../database";
import { createEmptyDatabase } from "../../database-server";
import { makeCall, makeKey, makeTenant } from "../../factories";
import { runProgram } from "../../processes";

const database = useDatabase();

const audit = () => runProgram("lib/launch/audit-command.ts", { env: { DATABASE_URL: database.url } });

test("the audit says that the ledger is clean, and ends with 1 once a counter says something else, which it names", async () => {
  const { id: tenantId } = await makeTenant();
  await makeCall(await makeKey(tenantId));
  expect(await audit()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^The ledger is clean: 1 records, \d+ counters, \d+ roll-ups\.\n$/),
  });

  await pool().query("update quota_counter set day_requests_used = day_requests_used + 1 where subject_id = $1", [
    tenantId,
  ]);
  const { code, stdout, stderr } = await audit();
  expect(code).toBe(1);
  expect(stdout).toMatch(/^1 or more places drift from the ledger/);
  expect(stderr).toContain(tenantId);
  expect(stderr).toMatch(/recorded .*; ledger /);
});

test.each([
  "lib/launch/audit-command.ts",
  "lib/launch/migrate-command.ts",
  "lib/launch/rebuild-command.ts",
  "lib/launch/purge-command.ts",
])("%s says in one line that its database does not answer", async (command) => {
  const env = { DATABASE_URL: "postgresql://nobody:canary@127.0.0.1:9/none" };
  expect(await runProgram(command, { env })).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^DATABASE_URL: the database none at 127\.0\.0\.1:9 cannot be used: [^\n]+\.\n$/),
  });
});

test.each([
  ["lib/launch/audit-command.ts"],
  ["lib/launch/rebuild-command.ts"],
  ["lib/launch/purge-command.ts"],
  ["lib/launch/import-command.ts", "--tenant", "acme", "calls.csv"],
  ["lib/launch/rotate-key-command.ts"],
])("%s says in one line that its database has not been migrated", async (command, ...options) => {
  const empty = await createEmptyDatabase();
  const keys = { ENCRYPTION_KEY: "cd".repeat(32), ENCRYPTION_KEY_PREVIOUS: "ab".repeat(32) };
  expect(await runProgram(command, { env: { DATABASE_URL: empty.url, ...keys }, options })).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^The database lacks what this version needs \([^\n]+ does not exist\)\. [^\n]+\n$/),
  });
  await empty.drop();
});
