import { describe, expect, test } from "vitest";
import { answerEvents } from "@/lib/playground/answer-events";
import { questionTo } from "@/lib/playground/question";
import { namesInModelList } from "@/lib/providers/model-list";
import { dialectAt } from "@/lib/providers/registry";
import type { DialectName } from "@/lib/providers/types";
import { factsOf, vendors } from "@/lib/providers/vendors";

const asked = { model: "story-1", system: "Be short.", user: "Tell a story." };
const custom: DialectName[] = ["openai", "anthropic", "gemini"];
const providers = vendors.flatMap((vendor) => {
  const { dialect } = factsOf(vendor);
  return (dialect === null ? custom : [dialect]).map((spoken) => ({ vendor, dialect: spoken }));
});

describe("a question", () => {
  test.each(providers)("to $vendor ($dialect) goes where its use is metered, as a stream", (provider) => {
    const { path, body } = questionTo(provider, asked);
    const [bare = ""] = path.split("?");
    const dialect = dialectAt(provider, bare);
    const endpoint = dialect.findEndpoint("POST", bare);
    expect(endpoint?.kind).toBe("metered");
    const facts = dialect.readRequest(endpoint as NonNullable<typeof endpoint>, Buffer.from(JSON.stringify(body)), {
      vendor: provider.vendor,
      contentType: "application/json",
    });
    expect(facts.model ?? endpoint?.model).toBe("story-1");
    expect(facts.stream).toBe(true);
    expect(facts.text).toContain("Be short.");
    expect(facts.text).toContain("Tell a story.");
  });

  test.each(providers)("to $vendor ($dialect) without a system text sends none", (provider) => {
    const { body } = questionTo(provider, { model: "story-1", user: "Tell a story." });
    expect(JSON.stringify(body)).not.toMatch(/system/i);
  });
});

const line = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;

describe("an answer", () => {
  test.each([
    {
      name: "OpenAI's stream",
      dialect: "openai" as const,
      body: `${line({ choices: [{ delta: { role: "assistant", content: "" } }] })}${line({ choices: [{ delta: { reasoning_content: "Hm." } }] })}${line({ choices: [{ delta: { content: "Once " } }] })}${line({ choices: [{ delta: { content: "upon" } }] })}data: [DONE]\n\n`,
    },
    {
      name: "OpenAI's plain answer",
      dialect: "openai" as const,
      body: JSON.stringify({ choices: [{ message: { content: "Once upon" } }] }),
    },
    {
      name: "Anthropic's stream",
      dialect: "anthropic" as const,
      body: `event: message_start\n${line({ type: "message_start", message: { content: [] } })}${line({ type: "content_block_delta", delta: { type: "thinking_delta", thinking: "Hm." } })}${line({ type: "content_block_delta", delta: { type: "text_delta", text: "Once " } })}${line({ type: "content_block_delta", delta: { type: "text_delta", text: "upon" } })}`,
    },
    {
      name: "Gemini's stream",
      dialect: "gemini" as const,
      body: `${line({ candidates: [{ content: { parts: [{ thought: true, text: "Hm." }, { text: "Once " }] } }] })}${line({ candidates: [{ content: { parts: [{ text: "upon" }] } }] })}`,
    },
  ])("of $name shows what is meant to be read, in whatever pieces it comes", async ({ dialect, body }) => {
    for (const size of [1, 7, body.length]) {
      const shown: string[] = [];
      for await (const event of answerEvents({ chunks: inPieces(body, size), dialect, end: () => null })) {
        if (event.type === "text") shown.push(event.text);
      }
      expect(shown.join("")).toBe("Once upon");
    }
  });

  test("that reports an error in its midst says so, and what it came to", async () => {
    const body = `${line({ choices: [{ delta: { content: "Once" } }] })}${line({ error: { message: "Overloaded." } })}`;
    const events = await Array.fromAsync(
      answerEvents({ chunks: [Buffer.from(body)], dialect: "openai", end: () => null }),
    );
    expect(events).toEqual([
      { type: "text", text: "Once" },
      { type: "failure", message: "Overloaded." },
    ]);
  });

  test("that breaks off says so", async () => {
    const events = await Array.fromAsync(answerEvents({ chunks: broken(), dialect: "openai", end: () => null }));
    expect(events.at(-1)).toMatchObject({ type: "failure", message: expect.stringContaining("broke off") });
  });
});

test.each([
  {
    name: "OpenAI",
    list: { data: [{ id: "gpt-4o" }, { id: "gpt-4.1" }, { id: "gpt-4o" }] },
    names: ["gpt-4.1", "gpt-4o"],
  },
  { name: "Gemini", list: { models: [{ name: "models/gemini-2.5-pro" }] }, names: ["gemini-2.5-pro"] },
  {
    name: "Vertex",
    list: { publisherModels: [{ name: "publishers/google/models/gemini-2.5-pro" }] },
    names: ["gemini-2.5-pro"],
  },
  { name: "nobody", list: { error: "no" }, names: [] },
])("the model list of $name gives names as calls have them", ({ list, names }) => {
  expect(namesInModelList(JSON.stringify(list))).toEqual(names);
});

async function* inPieces(body: string, size: number) {
  for (let at = 0; at < body.length; at += size) yield Buffer.from(body.slice(at, at + size));
}

async function* broken() {
  yield Buffer.from(line({ choices: [{ delta: { content: "Once" } }] }));
  throw new Error("reset");
}
