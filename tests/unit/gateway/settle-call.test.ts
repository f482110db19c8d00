import { describe, expect, test, vi } from "vitest";
import type { AdmittedCall } from "@/lib/gateway/admit-call";
import { type Outcome, openRecord } from "@/lib/gateway/settle-call";
import { learnedOutput } from "@/lib/metering/learned-output";
import { PriceList } from "@/lib/metering/price-list";
import type { Settlement } from "@/lib/metering/types";
import type { RequestFacts, Upstream, UsageReport } from "@/lib/providers/types";

vi.mock("@/lib/metering/lifecycle", () => ({ meter: () => ({ settle: () => Promise.resolve() }) }));

const nothingSeen: UsageReport = {
  usage: null,
  isPartial: false,
  model: null,
  text: "",
  textLength: 0,
  failed: false,
};
const upstream = { slug: "openai", vendor: "openai", prices: new PriceList([]) } as unknown as Upstream;

/** What a call comes to that reserved 3 tokens of input and 500 of output. */
async function settled(
  outcome: Outcome,
  {
    stream = false,
    outputCap = null as number | null,
    outputBound = 500 as number | null,
    name = "chat/completions",
    mediaTokens = 0,
  } = {},
) {
  const told = Promise.withResolvers<Settlement>();
  const facts: RequestFacts = {
    model: "m",
    stream,
    inputTokens: 3,
    mediaTokens,
    outputBound,
    text: "one two three",
  };
  const record = openRecord({
    call: { method: "POST", url: "/", headers: {}, settled: told.resolve } as never,
    requestId: "id",
    admitted: {
      caller: { tenant: { id: "tenant" } },
      verdict: { admittedAt: new Date(), reservedTokens: 503 },
      outputCap,
    } as unknown as AdmittedCall,
    upstream,
    endpoint: { name, kind: "metered", ...(name === "audio/speech" && { countsRequestsOnly: true }) },
    facts,
  });
  await record.settle(outcome);
  const { state, usage, estimated } = await told.promise;
  return { state, estimated, input: usage?.inputTokens, output: usage?.outputTokens };
}

const usage = {
  inputTokens: 12,
  outputTokens: 7,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
};
const left = { kind: "broken", status: 499, report: nothingSeen, byClient: true } as const;

describe("a plain call whose client left, and whose answer was given up", () => {
  test("counts what was reserved, since it is billed to its end: hanging up makes no call free", async () => {
    expect(await settled(left)).toEqual({ state: "settled", estimated: true, input: 3, output: 500 });
  });

  test("counts no more than its cap on a strict plan", async () => {
    expect(await settled(left, { outputCap: 40 })).toMatchObject({ output: 40 });
  });

  test("counts what it told, where it told something", async () => {
    expect(await settled({ ...left, report: { ...nothingSeen, usage } })).toMatchObject({ input: 12, output: 7 });
  });

  test("is a request alone where no tokens are counted", async () => {
    expect(await settled(left, { name: "audio/speech" })).toMatchObject({ input: 0, output: 0, estimated: false });
  });

  test("is another thing than a stream, which ends there: of that what was delivered counts", async () => {
    const report = { ...nothingSeen, text: "one two", textLength: 7 };
    expect(await settled({ ...left, report }, { stream: true })).toMatchObject({ estimated: true, output: 2 });
  });

  test("is a stream with pictures: they count beside its text, as they do for its provider", async () => {
    const report = { ...nothingSeen, text: "one two", textLength: 7 };
    expect(await settled({ ...left, report }, { stream: true, mediaTokens: 3_000 })).toMatchObject({ input: 3_003 });
  });

  test("is like a picture that comes as a stream: none of it can be counted before it is there", async () => {
    expect(await settled(left, { stream: true, name: "images/generations" })).toMatchObject({ output: 500 });
  });

  test("is like an answer that came in a format that cannot be read", async () => {
    const report = { ...nothingSeen, isUnreadable: true };
    const answered = { kind: "answered", status: 200, report } as const;
    expect(await settled(answered)).toMatchObject({ estimated: true, output: 500 });
    expect(await settled(answered, { name: "images/generations" })).toMatchObject({ estimated: true, output: 500 });
    expect(await settled(answered, { name: "audio/speech" })).toMatchObject({ estimated: false, output: 0 });
    const broken = { kind: "broken", status: 200, report, byClient: false } as const;
    expect(await settled(broken, { stream: true })).toMatchObject({ state: "settled", estimated: true, output: 500 });
  });

  test("and tells nothing of how long answers are", async () => {
    const learn = vi.spyOn(learnedOutput(), "learn");
    const answered = (report: UsageReport) => ({ kind: "answered", status: 200, report }) as const;
    await settled(answered({ ...nothingSeen, isUnreadable: true }), { outputBound: null });
    expect(learn).not.toHaveBeenCalled();
    await settled(answered({ ...nothingSeen, usage }), { outputBound: null });
    expect(learn).toHaveBeenCalledExactlyOnceWith(expect.any(String), 7);
  });

  test("and than a provider that breaks off", async () => {
    expect(await settled({ ...left, byClient: false })).toMatchObject({ state: "failed" });
  });
});

const delivered = { text: "word ".repeat(100), textLength: 500 };

test("a transcript that is billed by the length of its sound is a request alone", async () => {
  const report = { ...nothingSeen, ...delivered, isByDuration: true };
  const outcome = { kind: "answered", status: 200, report } as const;
  expect(await settled(outcome, { stream: true, name: "audio/transcriptions" })).toMatchObject({
    estimated: false,
    input: 0,
    output: 0,
  });
});

describe("a stream that told its numbers", () => {
  const told = { ...nothingSeen, ...delivered, usage };

  test.each([true, false])(
    "and its end is settled by them, though the connection broke then (byClient: %s)",
    async (byClient) => {
      const outcome = { kind: "broken", status: 200, report: { ...told, isEnded: true }, byClient } as const;
      expect(await settled(outcome, { stream: true })).toMatchObject({ estimated: false, input: 12, output: 7 });
    },
  );

  test("and broke off before its end comes to what was delivered, where that is more", async () => {
    const outcome = { kind: "broken", status: 200, report: told, byClient: true } as const;
    expect(await settled(outcome, { stream: true })).toMatchObject({ estimated: true, input: 12, output: 101 });
  });

  test("and then an error comes to what was delivered, where that is more", async () => {
    const answered = (outputTokens: number) =>
      ({
        kind: "answered",
        status: 200,
        report: { ...told, failed: true, usage: { ...usage, outputTokens } },
      }) as const;
    expect(await settled(answered(0), { stream: true })).toMatchObject({ estimated: true, output: 101 });
    expect(await settled(answered(140), { stream: true })).toMatchObject({ estimated: false, output: 140 });
  });

  test("with its end and no output beside a text is not believed where it broke off", async () => {
    const report = { ...told, usage: { ...usage, outputTokens: 0 }, isEnded: true };
    const outcome = { kind: "broken", status: 200, report, byClient: true } as const;
    expect(await settled(outcome, { stream: true })).toMatchObject({ estimated: true, output: 101 });
  });

  test("after an error is settled by them", async () => {
    const report = { ...told, failed: true, isEnded: true };
    const outcome = { kind: "answered", status: 200, report } as const;
    expect(await settled(outcome, { stream: true })).toMatchObject({ estimated: false, output: 7 });
  });
});
