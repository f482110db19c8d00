import { extractUsage, findProvider } from "@pydantic/genai-prices";
import { describe, expect, test } from "vitest";
import { isObject, type Json, parseObjects } from "@/lib/providers/json";
import { EventSplitter } from "@/lib/providers/sse";
import { type Exchange, endpointOf, readExchanges, vendorOf } from "../../fixtures/exchanges";

/** What another library reads out of the recorded exchanges: one JSON object at a time, each provider by its own table. */

/** What it calls vendors that it calls otherwise. */
const names: Record<string, string> = {
  "azure-openai": "azure",
  gemini: "google",
  "gemini-openai": "google",
  vertex: "google",
  xai: "x-ai",
};

type Opinion = { input: number; output: number };

const exchanges = readExchanges().filter(
  (exchange) => endpointOf(exchange)?.kind === "metered" && exchange.expected.usageReported,
);
const withOpinion = exchanges
  .map((exchange) => ({ file: exchange.file, exchange, opinion: opinionOf(exchange) }))
  .filter((each): each is typeof each & { opinion: Opinion } => each.opinion !== null);

/** Where it differs, and why ours is right. */
const differences: Record<string, string> = {
  "anthropic-messages-json-compaction.json":
    "it leaves out the pass that compacted the conversation, told in `iterations`",
  "anthropic-messages-stream-compaction-cache.json": "likewise",
  "anthropic-messages-stream-cache-read.json": "the last event has the output alone, so it stays with the first one's",
  "anthropic-messages-stream-cache-write.json": "likewise",
  "anthropic-messages-stream-tools.json": "likewise",
  "gemini-openai-chat-json-hidden-thoughts.json": "thinking is in the total alone, which it does not look at",
  "gemini-openai-chat-stream-usage-every-chunk.json": "likewise",
  "mistral-transcription-json.json": "the tokens of audio are in the total alone",
  "xai-responses-json.json": "it knows this provider's chat, where reasoning is on top of the output; here it is in it",
  "xai-responses-stream.json": "likewise",
};

describe.runIf(exchanges.length > 0)("a second opinion on the tokens of recorded exchanges", () => {
  test.each(withOpinion)("$file", ({ file, exchange: { expected }, opinion }) => {
    const ours = { input: expected.inputTokens, output: expected.outputTokens };
    if (differences[file] === undefined) expect(opinion).toEqual(ours);
    else expect(opinion).not.toEqual(ours);
  });

  test("there is one on most of them", () => {
    expect(withOpinion.length).toBeGreaterThan(exchanges.length / 2);
  });
});

/** The last object of the answer on which it has one; null where there is none, or none of input and output. */
function opinionOf(exchange: Exchange): Opinion | null {
  const vendor = vendorOf(exchange);
  const provider = findProvider({ providerId: names[vendor] ?? vendor });
  const flavours = provider?.extractors?.map(({ api_flavor }) => api_flavor) ?? [];
  const shape = endpointOf(exchange)?.name.split("/")[0] ?? "";
  const isNative = vendor === "gemini" || vendor === "vertex" || vendor === "anthropic";
  const flavour = [...(isNative ? ["default"] : [shape]), "chat", "default"].find((each) => flavours.includes(each));
  if (!provider || flavour === undefined) return null;

  let last: Opinion | null = null;
  for (const object of objectsOf(exchange).flatMap((each) => [each, each.response, each.message])) {
    if (!isObject(object)) continue;
    try {
      const { input_tokens: input, output_tokens: output } = extractUsage(provider, object, flavour).usage;
      if (input !== undefined) last = { input, output: output ?? 0 };
    } catch {
      // It has no opinion on an object without the fields that it looks for.
    }
  }
  return last;
}

function objectsOf({ response }: Exchange): Json[] {
  const splitter = new EventSplitter();
  const events = [...splitter.push(Buffer.from(response.body)), ...splitter.end()];
  const objects = events.flatMap(({ data }) => parseObjects(data) ?? []);
  return objects.length > 0 ? objects : (parseObjects(response.body) ?? []);
}
