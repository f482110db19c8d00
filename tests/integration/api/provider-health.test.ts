import { beforeAll, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { unknownId } from "../../factories";

useDatabase();

const minuteMs = 60_000;
const ids: Record<string, string> = {};

beforeAll(async () => {
  for (const slug of ["busy", "broken", "idle"]) {
    const { body } = await api("POST", "/api/admin/providers", {
      body: { slug, name: slug, vendor: "custom", dialect: "openai", baseUrl: "http://127.0.0.1:9" },
    });
    ids[slug] = body.id;
  }
  // The hour may reach into the month before.
  await prisma().$queryRaw`select ensure_usage_partitions((now() - interval '2 hours')::date, now()::date)::text`;
});

type Ended = { minutesAgo?: number; state?: "admitted" | "settled" | "failed" | "abandoned" };
type Answered = { httpStatus?: number | null; latencyMs?: number; firstByteMs?: number };

async function record(
  provider: string,
  { minutesAgo = 5, state = "settled", httpStatus = 200, latencyMs = 100, firstByteMs = 10 }: Ended & Answered,
): Promise<Date> {
  const admittedAt = new Date(Date.now() - minutesAgo * minuteMs);
  const windows = {
    hourStartsAt: admittedAt,
    dayStartsAt: admittedAt,
    monthStartsAt: admittedAt,
    localDate: admittedAt,
  };
  await prisma().usageRecord.create({
    data: {
      ...{
        id: unknownId(),
        tenantId: unknownId(),
        admittedAt,
        source: "apikey",
        provider,
        endpoint: "chat/completions",
      },
      ...{
        state,
        httpStatus,
        latencyMs,
        firstByteMs,
        stream: true,
        reservedTokens: 0,
        reservedCost: 0,
        reservedInput: 0,
      },
      ...{ instanceId: unknownId(), ...windows },
    },
  });
  return admittedAt;
}

async function healthOf(slug: string) {
  const { body } = await api("GET", "/api/admin/providers/health");
  return body.items.find(({ providerId }: { providerId: string }) => providerId === ids[slug]);
}

test("a provider's errors of the last hour are counted by their status; what it says of a request is none", async () => {
  await record("broken", { minutesAgo: 61, state: "failed", httpStatus: 500 });
  await record("broken", { state: "failed", httpStatus: 503 });
  await record("broken", { state: "failed", httpStatus: 503 });
  await record("broken", { httpStatus: 429 });
  await record("broken", { httpStatus: 400 });
  await record("broken", { state: "admitted", httpStatus: null });
  await record("broken", { state: "abandoned", httpStatus: null });
  const last = await record("broken", { minutesAgo: 1, state: "failed", httpStatus: null });

  expect(await healthOf("broken")).toMatchObject({
    calls: 5,
    errors: 4,
    causes: expect.arrayContaining([
      { status: 503, calls: 2 },
      { status: 429, calls: 1 },
      { status: null, calls: 1 },
    ]),
    lastErrorAt: last.toISOString(),
  });
  expect((await healthOf("broken")).causes[0]).toEqual({ status: 503, calls: 2 });
});

test("latencies are those of the calls without an error", async () => {
  for (let n = 1; n <= 20; n++) await record("busy", { latencyMs: n * 100, firstByteMs: n * 10 });
  await record("busy", { state: "failed", httpStatus: 502, latencyMs: 60_000, firstByteMs: 60_000 });

  expect(await healthOf("busy")).toMatchObject({
    calls: 21,
    latencyMs: { median: 1_000, slowest: 1_900 },
    firstByteMs: { median: 100, slowest: 190 },
  });
});

test("a provider without a call is told as such, and not as healthy", async () => {
  expect(await healthOf("idle")).toEqual({
    providerId: ids.idle,
    calls: 0,
    errors: 0,
    causes: [],
    lastErrorAt: null,
    latencyMs: null,
    firstByteMs: null,
  });
});
