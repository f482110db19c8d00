import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callRows, layOutCalls, type MeterAnswer, readVerdicts, subjectRows } from "@/lib/metering/batch";
import { arrayOf } from "@/lib/metering/records";
import type { CallRequest } from "@/lib/metering/types";
import { fieldsOf } from "../../record-fields";
import { planOf } from "../quota/shapes";
import { callBy, keySnapshot, tenantSnapshot } from "./callers";

const at = new Date("2026-05-20T12:00:00.000Z");
type Admission = NonNullable<MeterAnswer["admission"]>;

type Decided = Extract<Admission, { verdicts: unknown[] }>;

const answerOf = (given: Partial<Decided>): Decided => ({
  now: at.getTime(),
  agencyVersion: 1,
  states: [],
  verdicts: [],
  tokens: [],
  added: [[], [], []],
  met: [],
  ...given,
});

const stateOf = ({
  used = [0, 0, 0, 0, 0, 0],
  reserved = [0, 0, 0, 0, 0, 0],
  pace = [0, 0, 0],
}: {
  used?: number[];
  reserved?: number[];
  pace?: number[];
}) => [...used, ...reserved, ...pace];

describe("laying out a batch", () => {
  test("names each tenant and key once, however many calls they make", () => {
    const [tenant, key, other] = [tenantSnapshot(), keySnapshot(), keySnapshot({ id: "other" })];
    const batch = layOutCalls(
      [callBy({ tenant, key }), callBy({ tenant, key: other }), callBy({ tenant, key }), callBy({ tenant, key: null })],
      at,
    );
    expect(subjectRows(batch).map((row) => fieldsOf(row)[1])).toEqual(["tenant", "key", "other"]);
    expect(callRows(batch).map((row) => fieldsOf(row).slice(1, 3))).toEqual([
      ["1", "2"],
      ["1", "3"],
      ["1", "2"],
      ["1", "1"],
    ]);
  });

  test("names a tenant of two versions twice, so that the older can be told to be stale", () => {
    const batch = layOutCalls(
      [callBy({ tenant: tenantSnapshot({ version: 1 }) }), callBy({ tenant: tenantSnapshot({ version: 2 }) })],
      at,
    );
    const versions = subjectRows(batch)
      .map(fieldsOf)
      .filter(([, subject]) => subject === "tenant")
      .map(([, , , version]) => version);
    expect(versions).toEqual(["1", "2"]);
  });

  test("sends limits as null where there is none and as 0 where there is a limit of 0", () => {
    const tenant = tenantSnapshot({ defaultPlan: planOf({ monthlyTokenLimit: 0 }), dailyTokenLimit: 5 });
    const [subject] = subjectRows(layOutCalls([callBy({ tenant, key: null })], at));
    expect(fieldsOf(subject).slice(13, 20)).toEqual([null, null, "5", "0", null, null, null]);
  });

  test("sends neither secret nor text of a call: only what the ledger keeps", () => {
    const call = callBy({ user: { id: "user", name: "Ada" } }, { model: "a\0b\ud800" });
    expect(callRows(layOutCalls([call], at)).map(fieldsOf)).toEqual([
      [
        "call",
        "1",
        "2",
        "metered",
        "20",
        "20",
        "10",
        "0",
        "apikey",
        "openai",
        "chat/completions",
        "a\uFFFDb\uFFFD",
        "false",
        "user",
        "Ada",
        null,
      ],
    ]);
  });
});

describe("a row of a batch", () => {
  test("is null where there are none", () => {
    expect(arrayOf([])).toBeNull();
  });
});

describe("reading the verdicts", () => {
  const tenant = tenantSnapshot({
    defaultPlan: planOf({
      dailyTokenLimit: 100,
      monthlyTokenLimit: 1_000,
      dailyRequestLimit: 10,
      monthlyRequestLimit: 50,
      monthlyCostLimitMicroUsd: 900,
    }),
  });
  const batch = layOutCalls([callBy({ tenant, key: null })], at);

  test("takes each limit's use from its own counter", () => {
    const [verdict] = readVerdicts(
      batch,
      answerOf({
        verdicts: ["ok"],
        tokens: [20],
        states: [stateOf({ used: [1, 2, 30, 40, 5, 6], reserved: [1, 1, 20, 20, 7, 8], pace: [0, 0, 1] })],
      }),
    );
    if (verdict?.verdict !== "ok") throw new Error("not admitted");
    expect(verdict.reservedTokens).toBe(20);
    expect(
      verdict.headroom.map(({ metric, window, used, reserved, remaining }) => [
        metric,
        window,
        used,
        reserved,
        remaining,
      ]),
    ).toEqual([
      ["requests", "day", 1, 1, 8],
      ["requests", "month", 2, 1, 47],
      ["tokens", "day", 30, 20, 50],
      ["tokens", "month", 40, 20, 940],
      ["cost", "month", 6, 8, 886],
    ]);
    expect(verdict.headroom[0]?.resetsAt.toISOString()).toBe("2026-05-20T22:00:00.000Z");
    expect(verdict.headroom[1]?.resetsAt.toISOString()).toBe("2026-05-31T22:00:00.000Z");
  });

  test("of a refused call tells what it met, not what later calls of its batch left", () => {
    const [verdict] = readVerdicts(
      batch,
      answerOf({
        verdicts: ["refused"],
        states: [stateOf({ used: [0, 0, 25, 25, 0, 0], reserved: [0, 0, 40, 40, 0, 0], pace: [0, 0, 2] })],
        added: [[7], [35], [0]],
        met: [1, 30, 0, 1, 30, 0],
      }),
    );
    if (verdict?.verdict !== "refused") throw new Error("not refused");
    expect(verdict.headroom.find(({ metric, window }) => metric === "tokens" && window === "day")).toMatchObject({
      used: 25,
      reserved: 70,
      remaining: 5,
    });
    expect(verdict.inFlight).toBeNull();
  });

  test("of a key with a limit on calls in progress tells how many there are", () => {
    const batch = layOutCalls([callBy({ tenant, key: keySnapshot({ concurrency: 3 }) })], at);
    const states = [stateOf({ pace: [0, 0, 6] }), stateOf({ pace: [0, 0, 1] })];
    const [verdict] = readVerdicts(batch, answerOf({ verdicts: ["refused"], states, met: [2, 0, 0, 2, 0, 0] }));
    expect(verdict).toMatchObject({ inFlight: { open: 3, cap: 3 } });
  });

  test("a call without a verdict is asked again, and never taken as admitted", () => {
    expect(readVerdicts(batch, answerOf({ verdicts: [] }))).toEqual([{ verdict: "stale" }]);
  });
});

describe("a batch that was admitted as it is", () => {
  const [tenant, key] = [tenantSnapshot({ defaultPlan: planOf({ dailyTokenLimit: 1_000 }) }), keySnapshot()];
  const [first, second, free] = [
    callBy({ tenant, key }, { tokens: 20 }),
    callBy({ tenant, key: null }, { tokens: 30 }),
    callBy({ tenant, key }, { kind: "free", tokens: 0 }),
  ];

  test("asks for the sum of its calls, of the tenant and of each key", () => {
    const batch = layOutCalls([first, second, free], at);
    expect(batch.asked).toEqual({
      amounts: [
        [2, 1],
        [50, 20],
        [0, 0],
      ],
      reckonedAt: null,
    });
    expect(subjectRows(batch).map((row) => fieldsOf(row).slice(20))).toEqual([
      ["1", "2", "50", "0"],
      ["2", "1", "20", "0"],
    ]);
  });

  test("is none when a call in it is only checked: such a call is refused where nothing is left, and takes nothing", () => {
    expect(layOutCalls([first, callBy({ tenant, key }, { kind: "checked" })], at).asked).toBeNull();
  });

  test("is none when costs were reckoned at different versions of the agency: one of them is of an older one", () => {
    const [older, newer] = [1, 2].map((agencyVersion) => callBy({ tenant, key }, { agencyVersion })) as [
      CallRequest,
      CallRequest,
    ];
    expect(layOutCalls([older, newer], at).asked).toBeNull();
    expect(layOutCalls([first, newer], at).asked).toMatchObject({ reckonedAt: 2 });
  });

  test("tells each call what it reserved, and the headroom after all of them, in whatever order the states come", () => {
    const batch = layOutCalls([first, second, free], at);
    const states = [
      [...stateOf({}), 2],
      [...stateOf({ used: [0, 0, 100, 100, 0, 0] }), 1],
    ];
    const verdicts = readVerdicts(batch, { now: at.getTime(), agencyVersion: 3, states });
    expect(verdicts).toMatchObject([
      { verdict: "ok", agencyVersion: 3, reservedTokens: 20, headroom: [{ used: 100, reserved: 50, remaining: 850 }] },
      { verdict: "ok", reservedTokens: 30 },
      { verdict: "ok", reservedTokens: 0 },
    ]);
  });
});

describe("the sliding minute", () => {
  const minuteMs = 60_000;
  const headroomAt = (cap: number, calls: number, previousCalls: number, elapsedMs: number) => {
    const now = Date.UTC(2026, 4, 20, 12, 0) + elapsedMs;
    const tenant = tenantSnapshot({ defaultPlan: planOf({ requestsPerMinute: cap }) });
    const batch = layOutCalls([callBy({ tenant, key: null })], new Date(now));
    const states = [stateOf({ pace: [calls, previousCalls, 0] })];
    const [verdict] = readVerdicts(batch, answerOf({ now, verdicts: ["ok"], states }));
    if (verdict?.verdict !== "ok" || !verdict.headroom[0]) throw new Error("no headroom");
    return { ...verdict.headroom[0], now };
  };
  /** The rule of admission: one more call passes where it and the shares of both minutes stay within the limit. */
  const passes = (cap: number, calls: number, previousCalls: number, elapsedMs: number) =>
    previousCalls * (minuteMs - elapsedMs) + (calls + 1) * minuteMs <= cap * minuteMs;
  const after = (calls: number, previousCalls: number, elapsedMs: number): [number, number, number] =>
    elapsedMs < minuteMs
      ? [calls, previousCalls, elapsedMs]
      : elapsedMs < 2 * minuteMs
        ? [0, calls, elapsedMs - minuteMs]
        : [0, 0, 0];

  test.each([
    {
      name: "counts this minute in full and the one before by its share",
      cap: 10,
      calls: 2,
      previous: 8,
      elapsedMs: 45_000,
      used: 4,
      remaining: 6,
    },
    {
      name: "counts the minute before in full when this one begins",
      cap: 10,
      calls: 0,
      previous: 8,
      elapsedMs: 0,
      used: 8,
      remaining: 2,
    },
    { name: "has nothing left at the limit", cap: 3, calls: 3, previous: 0, elapsedMs: 10, used: 3, remaining: 0 },
    {
      name: "has nothing left under a limit of zero",
      cap: 0,
      calls: 0,
      previous: 0,
      elapsedMs: 10,
      used: 0,
      remaining: 0,
    },
  ])("$name", ({ cap, calls, previous, elapsedMs, used, remaining }) => {
    expect(headroomAt(cap, calls, previous, elapsedMs)).toMatchObject({ used, remaining });
  });

  test("tells a reset at which one more call passes, within the next minute, and not much later than need be", () => {
    const pace = fc.record({
      cap: fc.integer({ min: 1, max: 200 }),
      calls: fc.nat(200),
      previous: fc.nat(200),
      elapsedMs: fc.nat(minuteMs - 1),
    });
    fc.assert(
      fc.property(pace, ({ cap, calls, previous, elapsedMs }) => {
        fc.pre(calls <= cap && !passes(cap, calls, previous, elapsedMs));
        const { resetsAt, now, remaining } = headroomAt(cap, calls, previous, elapsedMs);
        const waitMs = resetsAt.getTime() - now;
        expect(remaining).toBe(0);
        expect(waitMs).toBeGreaterThan(0);
        expect(waitMs).toBeLessThanOrEqual(minuteMs);
        if (waitMs < minuteMs) expect(passes(cap, ...after(calls, previous, elapsedMs + waitMs))).toBe(true);
        expect(passes(cap, ...after(calls, previous, elapsedMs + Math.max(0, waitMs - 2)))).toBe(false);
      }),
      { numRuns: 400 },
    );
  });
});
