import { describe, expect, test } from "vitest";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeStaff } from "../../factories";
import { requestTo, useCallers } from "./callers";
import { kindOf, sessionsOnly } from "./endpoints";

useDatabase();
const { callers, ids, bodyFor } = useCallers();

describe("a change in a browser session", () => {
  test("is refused when it comes from another site", async () => {
    const { user } = callers.owner as { user: { id: string; sessionVersion: number } };
    const foreign = await api("POST", "/api/admin/plans", {
      as: { user, origin: "https://evil.test" },
      body: { name: "x" },
    });
    expect(foreign).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });

    const fetched = await api("POST", "/api/admin/plans", {
      as: { user, origin: null },
      headers: { "sec-fetch-site": "cross-site" },
      body: { name: "x" },
    });
    expect(fetched.status).toBe(403);
  });

  const changing = [...Object.keys(kindOf), ...sessionsOnly].filter((endpoint) => !endpoint.startsWith("GET "));

  test.each(changing)("%s is refused to another site, whichever way the browser tells it", async (endpoint) => {
    const { user } = callers.owner as { user: { id: string; sessionVersion: number } };
    const { method, path } = requestTo(endpoint, ids);
    const body = bodyFor(endpoint);
    for (const [origin, site] of [
      ["https://evil.test", null],
      ["null", null],
      [null, "cross-site"],
      ["http://sluice.test", "same-site"],
    ] as const) {
      const answer = await api(method, path, {
        as: { user, origin },
        headers: site === null ? {} : { "sec-fetch-site": site },
        body,
      });
      expect(answer).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
    }
  });

  test("is refused once the user was signed out everywhere", async () => {
    const user = await makeStaff("owner");
    const old = { user: { id: user.id, sessionVersion: user.sessionVersion - 1 } };
    expect((await api("GET", "/api/admin/plans", { as: old })).status).toBe(401);
    expect((await api("GET", "/api/admin/plans", { as: { user } })).status).toBe(200);
  });
});
