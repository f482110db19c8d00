import { expect, test } from "vitest";
import { etagOf } from "@/lib/http/etag";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeTenant } from "../../factories";

useDatabase();

const keep = (tenantId: string, months: number | null, seen?: { months: number | null }) =>
  api("PUT", `/api/admin/settings/retention/${tenantId}`, {
    body: { months },
    ...(seen && { headers: { "if-match": etagOf(seen) } }),
  });

async function monthsOf(tenantId: string): Promise<number | null> {
  const { body } = await api("GET", "/api/admin/settings/retention");
  return body.tenants.find((tenant: { tenantId: string }) => tenant.tenantId === tenantId)?.months ?? null;
}

test("how long a client's calls are kept is changed by who saw how it is, or does not say, and not by who saw what it was", async () => {
  const { id } = await makeTenant();
  const first = await keep(id, 24, { months: null });
  expect(first.status).toBe(204);
  expect(first.headers.get("etag")).toBe(etagOf({ months: 24 }));

  const late = await keep(id, 3, { months: null });
  expect(late).toMatchObject({ status: 412, body: { error: { code: "precondition_failed" } } });
  expect(await monthsOf(id)).toBe(24);

  expect((await keep(id, 12, { months: 24 })).status).toBe(204);
  expect((await keep(id, null)).status).toBe(204);
  expect(await monthsOf(id)).toBeNull();
});

test("of two who saw the same and change it at once, one is told", async () => {
  const { id } = await makeTenant();
  const answers = await Promise.all([keep(id, 6, { months: null }), keep(id, 7, { months: null })]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 412]);
});
