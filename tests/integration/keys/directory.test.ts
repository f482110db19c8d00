import type pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { closeDatabase, pool } from "@/lib/db/client";
import { callerOf, KeyDirectory } from "@/lib/keys/directory";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeKey, makeTenant, unknownId } from "../../factories";

useDatabase();

const guess = () => `sk-guess-${unknownId()}`;
let tenantId: string;

beforeAll(async () => {
  tenantId = (await makeTenant()).id;
});

afterAll(closeDatabase);

/** A directory whose questions to the database are counted. */
function countedDirectory() {
  const query = vi.fn((...given: unknown[]) => (pool().query as (...given: unknown[]) => unknown)(...given));
  return { query, directory: new KeyDirectory({ query } as unknown as pg.Pool) };
}

test("guesses, however many at once, are looked up by a few statements, and a key that is asked for among them is found", async () => {
  const { query, directory } = countedDirectory();
  const key = await makeKey(tenantId);
  const guesses = Array.from({ length: 2_000 }, () => directory.find(guess()));
  const found = await Promise.all([...guesses, directory.find(key.secret)]);

  expect(found.slice(0, -1).every((entry) => entry === null)).toBe(true);
  expect(found.at(-1)?.key.id).toBe(key.id);
  expect(query.mock.calls.length).toBeLessThanOrEqual(6);
});

test("guesses push no known key out of memory", async () => {
  const { query, directory } = countedDirectory();
  const key = await makeKey(tenantId);
  await directory.find(key.secret);
  for (let round = 0; round < 60; round++)
    await Promise.all(Array.from({ length: 1_000 }, () => directory.find(guess())));

  query.mockClear();
  expect(directory.known(key.secret)?.key.id).toBe(key.id);
  expect((await directory.find(key.secret))?.key.id).toBe(key.id);
  expect(query).not.toHaveBeenCalled();
}, 60_000);

test("a secret without a key is not looked up again for a second, and is found once it is entered", async () => {
  const { query, directory } = countedDirectory();
  const secret = guess();
  expect(await directory.find(secret)).toBeNull();
  expect(await directory.find(secret)).toBeNull();
  expect(query).toHaveBeenCalledTimes(1);

  const { id } = await makeKey(tenantId, { secret });
  directory.forget(tenantId);
  expect((await directory.find(secret))?.key.id).toBe(id);
});

test("a secret from before Sluice is a legacy key's, and so are the calls made with it", async () => {
  const { directory } = countedDirectory();
  const secret = guess();
  await makeKey(tenantId, { secret });
  const entry = await directory.find(secret);
  expect(entry && callerOf(entry)).toMatchObject({ source: "legacy", key: { kind: "legacy" } });
  expect((await api("POST", `/api/admin/tenants/${tenantId}/keys`, { body: { name: "again", secret } })).status).toBe(
    409,
  );
});

test("after a rotation both secrets are the key's, the old one until its time is over", async () => {
  const { directory } = countedDirectory();
  const key = await makeKey(tenantId);
  const { body } = await api("POST", `/api/admin/tenants/${tenantId}/keys/${key.id}/rotation`, {
    body: { graceSeconds: 60 },
  });
  const [old, renewed] = await Promise.all([directory.find(key.secret), directory.find(body.secret)]);
  expect([old?.key.id, renewed?.key.id]).toEqual([key.id, key.id]);
  expect(old?.key.secretExpiresAt).toBeInstanceOf(Date);
  expect(renewed?.key.secretExpiresAt).toBeNull();
});

test("when the database does not answer, all who asked are told, and the next is asked for again", async () => {
  const { query, directory } = countedDirectory();
  const key = await makeKey(tenantId);
  query.mockRejectedValueOnce(new Error("connection terminated"));
  const asked = await Promise.allSettled([directory.find(key.secret), directory.find(key.secret)]);
  expect(asked.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect((await directory.find(key.secret))?.key.id).toBe(key.id);
});
