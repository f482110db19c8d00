import { expect, test } from "vitest";
import { inSnapshot, type Snapshot } from "@/lib/usage/snapshot";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeTenant, unknownId, writeUse } from "../../factories";

useDatabase();

const at = new Date("2026-04-10T12:00:00Z");
const range = "from=2026-04-10T00:00:00Z&to=2026-04-11T00:00:00Z";
const day = { at, localDate: "2026-04-10" };

test("use that is counted in the middle of a report is in none of its parts", async () => {
  const { id: tenantId } = await makeTenant();
  const used = { tenantId, actorId: unknownId(), ...day };
  await writeUse({ ...used, totalTokens: 10 });
  const read = async (snapshot: Snapshot) => {
    const { rows } = await snapshot.query(
      "select sum(total_tokens)::int as tokens from usage_daily where tenant_id = $1",
      [tenantId],
    );
    return rows[0].tokens;
  };
  const parts = await inSnapshot(async (snapshot) => {
    const before = await read(snapshot);
    await writeUse({ ...used, at: new Date("2026-04-10T13:00:00Z"), totalTokens: 7 });
    return [before, await read(snapshot)];
  });
  expect(parts).toEqual([10, 10]);
  expect(await inSnapshot(read)).toBe(17);
});

test("200 keys are all of them, and with one more the report says so, to staff and to clients", async () => {
  const { id: tenantId, slug } = await makeTenant();
  const reports = async () => {
    const asked = [
      `/api/admin/usage/sources?tenantId=${tenantId}&${range}`,
      `/api/usage/sources?tenant=${slug}&${range}`,
    ];
    const answers = await Promise.all(asked.map((path) => api("GET", path)));
    return answers.map(({ body }) => [body.truncated, body.totals.byKey.length, body.totals.byKeyRemainder?.keys ?? 0]);
  };
  for (let index = 0; index < 200; index++) await writeUse({ tenantId, actorId: unknownId(), ...day, totalTokens: 5 });
  expect(await reports()).toEqual([
    [false, 200, 0],
    [false, 200, 0],
  ]);
  await writeUse({ tenantId, actorId: unknownId(), ...day, totalTokens: 5 });
  expect(await reports()).toEqual([
    [true, 200, 1],
    [true, 200, 1],
  ]);
});
