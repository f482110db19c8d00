import { describe, expect, test } from "vitest";
import type { Endpoint, UsageReport } from "@/lib/providers/types";
import { dialectOf, type Exchange, endpointOf, readExchanges, vendorOf } from "../../fixtures/exchanges";
import { type Rewriting, reversed, rewritten } from "../../fixtures/rewritten";

const metered = readExchanges().filter((exchange) => endpointOf(exchange)?.kind === "metered");

/** Longer than what is read as a whole: of an event, and of an answer. */
const [eventPad, answerPad] = [9_000, 100_000].map((length) => ({ obfuscation: "x".repeat(length) }));

const numbers = {
  ...{ prompt_tokens: 91, completion_tokens: 92, total_tokens: 183, input_tokens: 93, output_tokens: 94 },
  ...{ promptTokenCount: 95, candidatesTokenCount: 96, totalTokenCount: 191, prompt_eval_count: 97, eval_count: 98 },
};
const likeUsage = { usage: numbers, usageMetadata: numbers, x_groq: { usage: numbers } };
const lookAlike = { ...likeUsage, response: likeUsage, message: likeUsage, model: "another", error: { message: "no" } };
/** A tool of the client's that has parameters of such names, and a text that quotes them, as answers repeat them. */
const repeated = {
  tools: [{ type: "function", parameters: { properties: lookAlike } }],
  metadata: { note: JSON.stringify(lookAlike) },
};

const rewritings: [name: string, Rewriting][] = [
  ["with lines ended by CR and LF", { lineEnd: "\r\n" }],
  ["with lines ended by CR", { lineEnd: "\r" }],
  ["without a space after `data:`", { isTight: true }],
  ["with comments and fields that nobody needs", { comments: [": keep-alive", "id: 5", "retry: 10"] }],
  ["over several lines", { write: (value) => JSON.stringify(value, null, 2) }],
  ["with its members the other way round", { object: reversed }],
  ["with long events, padded before", { object: (object) => ({ ...eventPad, ...object }) }],
  ["with long events, padded after", { object: (object) => ({ ...object, ...eventPad }) }],
  ["very long, padded before", { object: (object) => ({ ...answerPad, ...object }) }],
  ["very long, padded after, the other way round", { object: (object) => reversed({ ...answerPad, ...object }) }],
  ["with look-alikes in what it repeats of the request", { object: (object) => repeating(object) }],
  ["very long, with look-alikes", { object: (object) => ({ ...repeating(object), ...answerPad }) }],
];

function repeating(object: { response?: unknown }): object {
  if (typeof object.response !== "object" || object.response === null) return { ...repeated, ...object };
  return { ...object, response: { ...repeated, ...object.response } };
}

describe.runIf(metered.length > 0)(
  "what a recorded answer tells of its use does not depend on how it is written",
  () => {
    test.each(metered)("$file", (exchange) => {
      const asRecorded = use(exchange, exchange.response.body, Number.POSITIVE_INFINITY);
      for (const [name, rewriting] of rewritings) {
        const body = rewritten(exchange.response.body, rewriting);
        for (const pieceBytes of [Number.POSITIVE_INFINITY, 1_000])
          expect({ name, ...use(exchange, body, pieceBytes) }).toEqual({ name, ...asRecorded });
      }
    });
  },
);

type Text = "text" | "textLength" | "reasoning";

/** All that is told of an answer but its text, which is not seen in what is very long. */
function use(exchange: Exchange, body: string, pieceBytes: number): Omit<UsageReport, Text> {
  const reader = dialectOf(exchange).usageReader({
    endpoint: endpointOf(exchange) as Endpoint,
    vendor: vendorOf(exchange),
    stream: exchange.stream,
    headers: exchange.response.headers,
  });
  const bytes = Buffer.from(body);
  for (let start = 0; start < bytes.length; start += pieceBytes) reader.push(bytes.subarray(start, start + pieceBytes));
  const { text: _, textLength: __, reasoning: ___, ...told } = reader.end();
  return told;
}
