import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase, pool, prisma } from "@/lib/db/client";
import { route } from "@/lib/http/respond";
import { useDatabase } from "../../database";

const database = useDatabase();
let holder: pg.Client;

beforeAll(async () => {
  holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query("begin");
  await holder.query("lock table plan in access exclusive mode");
});

afterAll(async () => {
  await holder.end();
  await closeDatabase();
});

/** Waits for what is held, as long as a statement may; here that is a tenth of a second. */
const waits = {
  "a query of Prisma's": () =>
    prisma().$transaction(async (transaction) => {
      await transaction.$executeRaw`set local statement_timeout = 100`;
      await transaction.plan.findFirst();
    }),
  "Prisma with SQL of its own": () =>
    prisma().$transaction(async (transaction) => {
      await transaction.$executeRaw`set local statement_timeout = 100`;
      await transaction.$queryRaw`select * from plan`;
    }),
  "a report": () => pool().query("set statement_timeout = 100; select * from plan"),
};

test.each(Object.entries(waits))("a request for which %s takes too long is told to try again", async (_name, wait) => {
  const answer = route(async () => {
    await wait();
    return Response.json({});
  });
  const response = await answer(new Request("http://localhost/api/admin/plans"), { params: Promise.resolve({}) });
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("2");
  const { error } = await response.json();
  expect(error).toEqual({ code: "unavailable", message: expect.stringContaining("too long") });
});
