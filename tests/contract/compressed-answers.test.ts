import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "../database";
import { makeKey, makeTenant, writeUse } from "../factories";
import { adminToken, type Lane, type RunningServer, startServer } from "../server";

const database = useDatabase();
const range = "from=2026-03-01T00:00:00Z&to=2026-04-11T00:00:00Z";

beforeAll(async () => {
  const tenant = await makeTenant({ name: "Łódź" });
  const { id: actorId } = await makeKey(tenant.id);
  const at = new Date("2026-04-10T12:00:00Z");
  await writeUse({ tenantId: tenant.id, actorId, at, localDate: "2026-04-10", totalTokens: 1_000 });
});

describe.each<Lane>(["fast", "portable"])("on the %s lane", (lane) => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer({ lane, databaseUrl: database.url });
  });

  afterAll(() => server.stop());

  const ask = (path: string, encodings: string) =>
    fetch(server.url + path, { headers: { authorization: `Bearer ${adminToken}`, "accept-encoding": encodings } });

  test.each([
    `/api/admin/usage/sources?${range}&bucket=day`,
    `/api/admin/usage/sources.csv?${range}`,
    "/api/admin/plans",
  ])("%s is compressed for who takes that, and says the same to who does not", async (path) => {
    const [plain, compressed] = [await ask(path, "identity"), await ask(path, "gzip")];
    expect([plain.status, plain.headers.get("content-encoding")]).toEqual([200, null]);
    expect([compressed.status, compressed.headers.get("content-encoding")]).toEqual([200, "gzip"]);
    expect(compressed.headers.get("vary")?.toLowerCase()).toContain("accept-encoding");
    expect(compressed.headers.get("content-type")).toBe(plain.headers.get("content-type"));
    expect(await compressed.text()).toBe(await plain.text());
  });

  test("pages are compressed too", async () => {
    const response = await ask("/login", "gzip");
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(await response.text()).toContain("</html>");
  });
});
