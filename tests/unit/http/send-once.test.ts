import { afterEach, expect, test, vi } from "vitest";
import { sendOnce } from "@/lib/http/client";

afterEach(() => vi.unstubAllGlobals());

const url = "/api/admin/plans";

/** What the server does with each request in turn; gives the keys that they came with. */
function answering(...answers: (Response | Error)[]): (string | null)[] {
  const keys: (string | null)[] = [];
  vi.stubGlobal("fetch", async (_url: string, { headers }: RequestInit) => {
    keys.push(new Headers(headers).get("idempotency-key"));
    const answer = answers.shift();
    if (!(answer instanceof Response)) throw answer;
    return answer;
  });
  return keys;
}

const refused = (status: number, code: string) => Response.json({ error: { code, message: "no" } }, { status });
const made = () => Response.json({ id: "1" }, { status: 201 });

test("a thing is sent under the same key until it is known what became of it", async () => {
  const keys = answering(
    new TypeError("connection reset"),
    refused(409, "outcome_unknown"),
    refused(503, "unavailable"),
    refused(500, "internal"),
    made(),
    made(),
  );
  const body = { name: "until it is known" };
  for (let attempt = 0; attempt < 4; attempt++) await expect(sendOnce(url, body)).rejects.toThrow();
  await sendOnce(url, body);
  expect(new Set(keys).size).toBe(1);
  await sendOnce(url, body);
  expect(new Set(keys).size).toBe(2);
});

test("what was refused is asked for anew, and another thing under another key", async () => {
  const keys = answering(refused(409, "conflict"), made(), new TypeError("connection reset"), made());
  await expect(sendOnce(url, { name: "taken" })).rejects.toThrow();
  await sendOnce(url, { name: "taken" });
  await expect(sendOnce(url, { name: "one" })).rejects.toThrow();
  await sendOnce(url, { name: "other" });
  expect(new Set(keys).size).toBe(4);
});
