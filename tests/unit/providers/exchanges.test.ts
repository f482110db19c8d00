import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Usage } from "@/lib/metering/types";
import { openai } from "@/lib/providers/openai";
import { readOpenaiRequest } from "@/lib/providers/openai-request";
import type { Endpoint, UsageReport } from "@/lib/providers/types";
import { type Vendor, vendors } from "@/lib/providers/vendors";

/** Recorded exchanges with providers and the tokens that a meter must read out of them; they lie beside the project. */
type Exchange = {
  file: string;
  provider: string;
  stream: boolean;
  request: { method: string; path: string; body: string | null };
  response: { status: number; headers: Record<string, string>; body: string };
  expected: Usage & { usageReported: boolean };
};

const folder = join(import.meta.dirname, "../../../../shared/fixtures/exchanges");
const exchanges = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map(readExchange)
  : [];

const metered = exchanges.filter((exchange) => endpointOf(exchange)?.kind === "metered");
const others = exchanges.filter((exchange) => endpointOf(exchange)?.kind !== "metered");

test.runIf(exchanges.length === 0)(`NOT REPLAYED: there are no recorded exchanges in ${folder}`, () => {
  console.warn(`There are no recorded exchanges in ${folder}, so none was replayed.`);
});

describe.runIf(metered.length > 0)("the tokens of a recorded exchange are read as they were reported", () => {
  test.each(metered)("$file", (exchange) => {
    const { usageReported, inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } =
      exchange.expected;
    const expected = usageReported
      ? { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens }
      : null;
    const whole = readAnswer(exchange, []);
    expect(whole.usage).toEqual(expected);

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
      const wasAnswered = exchange.response.status === 200 && /"(?:content|text)": ?"[^"]/.test(exchange.response.body);
      expect(text !== "" || failed || !wasAnswered).toBe(true);
    },
  );

  test.each(metered.filter(({ request }) => request.body?.startsWith("{")))(
    "$file: its request can be metered",
    (exchange) => {
      const facts = readOpenaiRequest(endpointOf(exchange) as Endpoint, Buffer.from(exchange.request.body as string));
      expect(facts.inputTokens).toBeGreaterThan(0);
      if (exchange.stream)
        expect(facts.stream || JSON.parse(exchange.request.body as string).stream === undefined).toBe(true);
    },
  );
});

describe.runIf(others.length > 0)("what cannot be metered is not let through", () => {
  const notInThisDialect =
    /^\/v1\/(messages|complete)|^\/v1beta\/(models|interactions|batches)|^\/v1(beta1)?\/projects|^\/api\/chat$/;
  const notMeteredYet = /\/(images|audio|responses\/compact)\b|^\/models\/chat\/completions/;
  const freeOrChecked = /\/(moderations|responses\/input_tokens)$/;

  test.each(others)("$request.method $request.path ($file)", ({ request }) => {
    const path = pathOf(request.path);
    const endpoint = openai.findEndpoint(request.method, path);
    if (freeOrChecked.test(path)) expect(endpoint?.kind).toMatch(/^(free|checked)$/);
    else
      expect({ endpoint, isKnownKind: notInThisDialect.test(path) || notMeteredYet.test(path) }).toEqual({
        endpoint: null,
        isKnownKind: true,
      });
  });
});

function readAnswer({ provider, stream, request, response }: Exchange, cuts: number[]): UsageReport {
  const endpoint = openai.findEndpoint(request.method, pathOf(request.path)) as Endpoint;
  const reader = openai.usageReader({ endpoint, vendor: vendorOf(provider), stream, headers: response.headers });
  const bytes = Buffer.from(response.body);
  let start = 0;
  for (const end of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    reader.push(bytes.subarray(start, end));
    start = end;
  }
  return reader.end();
}

/** The vendor that an agency would choose for the host that was recorded. */
function vendorOf(provider: string): Vendor {
  const renamed: Record<string, Vendor> = { azure: "azure-openai", llamacpp: "llama-cpp" };
  return renamed[provider] ?? vendors.find((vendor) => vendor === provider) ?? "custom";
}

function endpointOf({ request }: Exchange): Endpoint | null {
  return openai.findEndpoint(request.method, pathOf(request.path));
}

function pathOf(path: string): string {
  return path.split("?")[0] as string;
}

function readExchange(file: string): Exchange {
  return { file, ...(JSON.parse(readFileSync(join(folder, file), "utf8")) as Omit<Exchange, "file">) };
}
