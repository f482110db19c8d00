import { describe, expect, test } from "vitest";
import { anthropic } from "@/lib/providers/anthropic";
import { gemini } from "@/lib/providers/gemini";
import { ollama } from "@/lib/providers/ollama";
import { openai } from "@/lib/providers/openai";
import type { Dialect, RequestFacts, UsageReport } from "@/lib/providers/types";
import type { Vendor } from "@/lib/providers/vendors";
import { events } from "./answers";

const endpoint = { name: "chat/completions", kind: "metered" } as const;

/** What a stream of these events shows, and after how many of them its answer began. */
function read({ dialect, vendor = "openai" }: { dialect: Dialect; vendor?: Vendor }, given: object[]) {
  let pushed = 0;
  let answeredAt: number | null = null;
  const reader = dialect.usageReader({
    endpoint,
    vendor,
    stream: true,
    headers: { "content-type": "text/event-stream" },
    answerBegins: () => {
      answeredAt ??= pushed;
    },
  });
  for (const each of given) {
    pushed += 1;
    reader.push(Buffer.from(events(each)));
  }
  const { reasoning, text }: UsageReport = reader.end();
  return { reasoning, text, answeredAt };
}

const chat = (delta: object) => ({ choices: [{ index: 0, delta }] });
const item = (type: string, encrypted?: string) => ({
  type: `response.output_item.${type}`,
  item: { type: "reasoning", summary: [], ...(encrypted && { encrypted_content: encrypted }) },
});
const block = (content_block: object) => ({ type: "content_block_start", index: 0, content_block });
const delta = (given: object) => ({ type: "content_block_delta", index: 0, delta: given });
const piece = (part: object) => ({ candidates: [{ content: { parts: [part] } }] });
const message = (given: object) => ({ model: "m", message: { role: "assistant", ...given }, done: false });

const all = { isShown: true, sealedTokens: 0 };
const hidden = { shownLength: 0, isShown: false, sealedTokens: 0 };

describe("what a stream shows of its reasoning", () => {
  test.each([
    {
      name: "is nothing where there is none",
      dialect: openai,
      given: [chat({ role: "assistant", content: "" }), chat({ content: "Yes" })],
      reasoning: undefined,
      text: "Yes",
    },
    {
      name: "is all of it at hosts that show it beside the answer",
      dialect: openai,
      given: [chat({ reasoning_content: "Hmm." }), chat({ content: "Yes" })],
      reasoning: { ...all, shownLength: 4 },
      text: "Hmm.Yes",
    },
    {
      name: "is that there is an item of it, in OpenAI's responses",
      dialect: openai,
      given: [item("added"), { type: "response.output_text.delta", delta: "Yes" }],
      reasoning: hidden,
      text: "Yes",
    },
    {
      name: "is a summary there, which is not all of it",
      dialect: openai,
      given: [
        { type: "response.reasoning_summary_text.delta", delta: "Hmm." },
        { type: "response.output_text.delta", delta: "Yes" },
      ],
      reasoning: { ...hidden, shownLength: 4 },
      text: "Hmm.Yes",
    },
    {
      name: "is how long it is, encrypted: what is longer than its frame, and once",
      dialect: openai,
      given: [
        item("added", "A".repeat(900)),
        item("done", "A".repeat(900 + 6 * 320)),
        { type: "response.output_text.delta", delta: "Yes" },
      ],
      reasoning: { ...hidden, sealedTokens: 320 },
      text: "Yes",
    },
    {
      name: "is how long it is, also in an event that is too long to keep",
      dialect: openai,
      given: [item("done", "A".repeat(900 + 6 * 20_000)), { type: "response.output_text.delta", delta: "Yes" }],
      reasoning: { ...hidden, sealedTokens: 20_000 },
      text: "Yes",
    },
    {
      name: "is a block of it in Anthropic's, and its signature when it ends",
      dialect: anthropic,
      given: [
        block({ type: "thinking", thinking: "", signature: "" }),
        delta({ type: "thinking_delta", thinking: "Hmm." }),
        delta({ type: "signature_delta", signature: "A".repeat(300 + 6 * 22) }),
        block({ type: "text", text: "" }),
        delta({ type: "text_delta", text: "Yes" }),
      ],
      reasoning: { shownLength: 4, isShown: true, sealedTokens: 22 },
      text: "Hmm.Yes",
    },
    {
      name: "is how long its signature is, however long",
      dialect: anthropic,
      given: [
        delta({ type: "signature_delta", signature: "A".repeat(300 + 6 * 9_000) }),
        delta({ type: "text_delta", text: "Yes" }),
      ],
      reasoning: { ...hidden, sealedTokens: 9_000 },
      text: "Yes",
    },
    {
      name: "is how long it is where it may not be shown",
      dialect: anthropic,
      given: [
        block({ type: "redacted_thinking", data: "A".repeat(300 + 6 * 50) }),
        delta({ type: "text_delta", text: "Yes" }),
      ],
      reasoning: { ...hidden, sealedTokens: 50 },
      text: "Yes",
    },
    {
      name: "is how long it is where it may not be shown, however long",
      dialect: anthropic,
      given: [
        block({ type: "redacted_thinking", data: "A".repeat(300 + 6 * 9_000) }),
        delta({ type: "text_delta", text: "Yes" }),
      ],
      reasoning: { ...hidden, sealedTokens: 9_000 },
      text: "Yes",
    },
    {
      name: "is a summary in Gemini's thoughts",
      dialect: gemini,
      given: [piece({ text: "Hmm.", thought: true }), piece({ text: "Yes" })],
      reasoning: { ...hidden, shownLength: 4 },
      text: "Hmm.Yes",
    },
    {
      name: "is all of it at Ollama's",
      dialect: ollama,
      given: [message({ content: "", thinking: "Hmm." }), message({ content: "Yes" })],
      reasoning: { ...all, shownLength: 4 },
      text: "Hmm.Yes",
    },
  ])("$name", ({ dialect, given, reasoning, text }) => {
    expect(read({ dialect }, given)).toEqual({ reasoning, text, answeredAt: given.length });
  });

  test("is told to have gone on where it comes between parts of the answer", () => {
    const given = [chat({ reasoning_content: "Hm" }), chat({ content: "Yes" }), chat({ reasoning_content: "m." })];
    const { reasoning, answeredAt } = read({ dialect: openai }, given);
    expect(reasoning).toEqual({ ...all, shownLength: 4, isResumed: true });
    expect(answeredAt).toBe(2);
  });
});

describe("reasoning is asked for", () => {
  const facts = (dialect: Dialect, body: object): RequestFacts =>
    dialect.readRequest({ ...endpoint, name: "generateContent" }, Buffer.from(JSON.stringify(body)), {
      vendor: "openai",
      contentType: "application/json",
    });
  const config = (thinkingConfig: object) => ({ contents: [], generationConfig: { thinkingConfig } });

  test.each([
    { dialect: openai, body: { messages: [] }, asks: false },
    { dialect: openai, body: { reasoning_effort: "high" }, asks: true },
    { dialect: openai, body: { reasoning_effort: "none" }, asks: false },
    { dialect: openai, body: { reasoning: { effort: "low", summary: "auto" } }, asks: true },
    { dialect: openai, body: { reasoning: { effort: "minimal" } }, asks: false },
    { dialect: openai, body: { thinking: { type: "enabled" } }, asks: true },
    { dialect: anthropic, body: { thinking: { type: "enabled", budget_tokens: 2_000 } }, asks: true },
    { dialect: anthropic, body: { thinking: { type: "adaptive" } }, asks: true },
    { dialect: anthropic, body: { thinking: { type: "disabled" } }, asks: false },
    { dialect: anthropic, body: {}, asks: false },
    { dialect: gemini, body: config({ thinkingBudget: -1 }), asks: true },
    { dialect: gemini, body: config({ thinkingBudget: 0 }), asks: false },
    { dialect: gemini, body: config({ thinking_level: "high" }), asks: true },
    { dialect: gemini, body: { contents: [] }, asks: false },
  ])("by $body: $asks", ({ dialect, body, asks }) => {
    expect(facts(dialect, body).asksForReasoning).toBe(asks);
  });
});
