import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { countTokens } from "@/lib/metering/estimate";
import { eventually } from "../../eventually";
import { type GatewayClient, ledgerOf, makeClient, useGateway } from "../../gateway";

const { upstream, post } = useGateway();

const path = "/openai/v1/responses";
const thinkingMs = 400;
/** Timers may fire a millisecond early. */
const leastMs = thinkingMs - 2;
const answer = "Forty-two, of course.";
const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const reasoned = 4_000;

/** A model that thinks for a while without a word, answers, and then tells what it used: if it is let. */
function think(model: string, { isCut }: { isCut: boolean }): void {
  upstream.on(model, async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(event("response.created", { response: { model, usage: null } }));
    response.write(event("response.output_item.added", { item: { type: "reasoning", summary: [] } }));
    await delay(thinkingMs);
    response.write(event("response.output_text.delta", { delta: answer }));
    if (isCut) return;
    const usage = {
      input_tokens: 9,
      output_tokens: reasoned + 6,
      output_tokens_details: { reasoning_tokens: reasoned },
    };
    response.end(event("response.completed", { response: { model, usage } }));
  });
}

const body = (model: string, fields = {}) => ({ model, stream: true, input: "What is the answer?", ...fields });

async function cutAfterAnswer(client: GatewayClient, given: object) {
  const leaving = new AbortController();
  const answered = await post(client, path, given, { signal: leaving.signal });
  const reader = (answered.body as ReadableStream<Uint8Array>).getReader();
  for (let text = ""; !text.includes(answer); ) text += Buffer.from((await reader.read()).value ?? []).toString();
  leaving.abort();
  return await eventually(async () => {
    const record = (await ledgerOf(client)).at(-1);
    expect(record).toMatchObject({ state: "settled", estimated: true });
    return Number(record?.output_tokens);
  });
}

test("a stream that is cut just before its end counts the reasoning that it did not show", async () => {
  const client = await makeClient();
  const seen = await countTokens(answer);

  // Nothing is known of the model yet: its time counts.
  think("thinker", { isCut: true });
  expect(await cutAfterAnswer(client, body("thinker"))).toBeGreaterThanOrEqual(seen + Math.floor(leastMs * 0.05));

  // No more than the request allows.
  expect(await cutAfterAnswer(client, body("thinker", { max_output_tokens: 16 }))).toBe(16);

  // An answer that came to its end, of any client, tells how fast it reasons.
  think("thinker", { isCut: false });
  const other = await makeClient();
  const began = performance.now();
  await (await post(other, path, body("thinker"))).text();
  const tookMs = performance.now() - began;
  think("thinker", { isCut: true });
  const output = await cutAfterAnswer(client, body("thinker"));
  expect(output).toBeGreaterThanOrEqual(seen + Math.floor((reasoned * leastMs) / tookMs) - 1);
});
