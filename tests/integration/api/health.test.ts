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
