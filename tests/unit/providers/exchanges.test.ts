import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Endpoint, UsageReport } from "@/lib/providers/types";
import {
  dialectOf,
  type Exchange,
  endpointOf,
  exchangesFolder,
  readExchanges,
  vendorOf,
} from "../../fixtures/exchanges";

const exchanges = readExchanges();
const metered = exchanges.filter((exchange) => endpointOf(exchange)?.kind === "metered");
const others = exchanges.filter((exchange) => endpointOf(exchange)?.kind !== "metered");

test.runIf(exchanges.length === 0)(`NOT REPLAYED: there are no recorded exchanges in ${exchangesFolder}`, () => {
  console.warn(`There are no recorded exchanges in ${exchangesFolder}, so none was replayed.`);
});

describe.runIf(metered.length > 0)("the tokens of a recorded exchange are read as they were reported", () => {
  test.each(metered)("$file", (exchange) => {
    const { usageReported, inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } =
      exchange.expected;
    const expected = usageReported
      ? { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens }
      : null;
    const whole = readAnswer(exchange, []);
    const { cacheWrite1hTokens, ...usage } = whole.usage ?? {};
    expect(whole.usage && usage).toEqual(expected);
    expect(cacheWrite1hTokens).toBe(writtenForAnHour(exchange.response.body));

    const length = Buffer.byteLength(exchange.response.body);
    fc.assert(
      fc.property(fc.array(fc.nat(length), { maxLength: 40 }), (cuts) => {
        expect(readAnswer(exchange, cuts)).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });

  test.each(metered.filter(({ expected }) => !expected.usageReported && expected.inputTokens === 0))(
    "$file: without numbers there is a text to count, or nothing was generated",
    (exchange) => {
      const { text, failed } = readAnswer(exchange, []);
      const wasAnswered =
        exchange.response.status === 200 &&
        /"(?:content|text)": ?"[^"]/.test(exchange.response.body) &&
        !endpointOf(exchange)?.name.startsWith("audio/");
      expect(text !== "" || failed || !wasAnswered).toBe(true);
    },
  );

  test.each(metered.filter(({ request }) => request.body?.startsWith("{")))(
    "$file: its request can be metered",
    (exchange) => {
      const facts = dialectOf(exchange).readRequest(
        endpointOf(exchange) as Endpoint,
        Buffer.from(exchange.request.body as string),
        { vendor: vendorOf(exchange), contentType: "application/json" },
      );
      const { messages, contents, input, prompt, content } = JSON.parse(exchange.request.body as string);
      if ([messages, contents, input, prompt, content].some((each) => each !== undefined))
        expect(facts.inputTokens).toBeGreaterThan(4);
      if (exchange.stream)
        expect(facts.stream || JSON.parse(exchange.request.body as string).stream === undefined).toBe(true);
    },
  );
});

/** Recorded endpoints that are not let through: their tokens show up later, elsewhere, or not at all. */
const refused = [
  "/v1/messages/batches/msgbatch_01GUqGVJfUzZfBnjRymfPdV3/results",
  "/v1/complete",
  "/v1beta/batches/31u18uq6dr4ods3957z38i1mbfa581k01xcq",
  "/v1beta/interactions",
  "/v1/responses/compact",
];
const unmetered: Record<string, string> = {
  "/v1/messages/count_tokens": "free",
  "/v1/responses/input_tokens": "free",
  "/v1/moderations": "checked",
};

describe.runIf(others.length > 0)("what is not metered passes freely, or not at all", () => {
  test.each(others)("$request.method $request.path ($file)", (exchange) => {
    const { path } = exchange.request;
    expect([endpointOf(exchange)?.kind ?? null, path]).toEqual([unmetered[path] ?? null, path]);
    expect(path in unmetered || refused.includes(path)).toBe(true);
  });
});

function readAnswer(exchange: Exchange, cuts: number[]): UsageReport {
  const { stream, response } = exchange;
  const reader = dialectOf(exchange).usageReader({
    endpoint: endpointOf(exchange) as Endpoint,
    vendor: vendorOf(exchange),
    stream,
    headers: response.headers,
  });
  const bytes = Buffer.from(response.body);
  let start = 0;
  for (const end of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    reader.push(bytes.subarray(start, end));
    start = end;
  }
  return reader.end();
}

/** None where it is told to be nothing, too. */
function writtenForAnHour(body: string): number | undefined {
  const [, tokens] = /"ephemeral_1h_input_tokens": ?([1-9]\d*)/.exec(body) ?? [];
  return tokens === undefined ? undefined : Number(tokens);
}
