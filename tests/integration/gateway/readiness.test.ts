import { expect, test } from "vitest";
import { pool } from "@/lib/db/client";
import { api } from "../../api";
import { makeClient, useGateway } from "../../gateway";

const { post } = useGateway();
const readiness = () => api("GET", "/api/health/ready", { as: "nobody" });

test("an instance whose calls cannot be recorded is not ready and says why, until they can be again", async () => {
  const client = await makeClient();
  const call = async () => {
    const response = await post(client, "/openai/v1/chat/completions", { model: "gpt-4o-mini", messages: [] });
    await response.text();
    return response.status;
  };
  expect(await call()).toBe(200);
  expect((await readiness()).status).toBe(200);

  // As on a server that has become a standby: it can be read, and not written.
  const { rows } = await pool().query<{ name: string }>("select quote_ident(current_database()) as name");
  const name = rows[0]?.name;
  await pool().query(`alter database ${name} set default_transaction_read_only = on`);
  await pool().query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sluice-metering' and datname = current_database()",
  );
  await expect.poll(call).toBe(503);
  const { status, headers, body } = await readiness();
  expect(status).toBe(503);
  expect(headers.get("retry-after")).toBe("2");
  expect(body).toEqual({ status: "unavailable", reason: expect.stringMatching(/^Calls cannot be recorded/) });

  await pool().query(`alter database ${name} reset default_transaction_read_only`);
  await expect.poll(call).toBe(200);
  expect((await readiness()).status).toBe(200);
});
