import { afterAll, beforeAll } from "vitest";
import { createDatabase, type TestDatabase } from "./database-server";

/** A migrated database of this test file's own, to be read once the tests run. It stands in `DATABASE_URL` too. */
export function useDatabase(): { url: string } {
  const current = { url: "" };
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
    current.url = database.url;
    process.env.DATABASE_URL = database.url;
  });
  afterAll(async () => await database.drop());
  return current;
}
