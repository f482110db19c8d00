import pg from "pg";
import { expect, test } from "vitest";
import { api } from "../../api";
import { useDatabase } from "../../database";

useDatabase();

test("health tells that the process runs, and that its database is ready", async () => {
  expect(await api("GET", "/api/health/live", { as: "nobody" })).toMatchObject({ status: 200, body: { status: "ok" } });
  expect(await api("GET", "/api/health/ready", { as: "nobody" })).toMatchObject({
    status: 200,
    body: { status: "ok" },
  });
});

test("a database that does not answer is told of soon, and no longer when it does", async () => {
  const holder = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await holder.connect();
  try {
    await holder.query("begin; lock table _prisma_migrations in access exclusive mode");
    const { status, body } = await api("GET", "/api/health/ready", { as: "nobody" });
    expect(status).toBe(503);
    expect(body).toEqual({ status: "unavailable", reason: "The database does not answer." });
  } finally {
    await holder.end();
  }
  expect((await api("GET", "/api/health/ready", { as: "nobody" })).status).toBe(200);
});
