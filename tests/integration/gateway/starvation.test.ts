import { expect, onTestFinished, test } from "vitest";
import { callPool, pool } from "@/lib/db/client";
import { api } from "../../api";
import { makeClient, useGateway } from "../../gateway";

const { post } = useGateway();

test("reports that hold every connection of the console keep no call waiting, not even of a key or a plan that is new", async () => {
  const [known, unknown] = [await makeClient({ dailyRequestLimit: 1_000 }), await makeClient()];
  const call = async (client: { secret: string }) => {
    const response = await post(client, "/openai/v1/chat/completions", { model: "gpt-4o-mini", messages: [] });
    await response.text();
    return response.status;
  };
  expect(await call(known)).toBe(200);
  await api("PATCH", `/api/admin/plans/${known.planId}`, { body: { dailyRequestLimit: 2_000 } });

  const report = "set local statement_timeout = 0; select pg_sleep(600)";
  const end = () =>
    callPool().query("select pg_cancel_backend(pid) from pg_stat_activity where query = $1 and state = 'active'", [
      report,
    ]);
  onTestFinished(async () => void (await end()));
  let areRunning = true;
  const reports = Array.from({ length: pool().options.max }, () =>
    pool()
      .query(report)
      .catch(() => {}),
  );
  void Promise.race(reports).then(() => {
    areRunning = false;
  });
  await expect.poll(() => pool().totalCount - pool().idleCount).toBe(pool().options.max);

  expect(await call(known)).toBe(200);
  expect(await call(unknown)).toBe(200);
  expect(new Set(await Promise.all(Array.from({ length: 200 }, () => call(known))))).toEqual(new Set([200]));
  expect(areRunning).toBe(true);

  await end();
  await Promise.all(reports);
});
