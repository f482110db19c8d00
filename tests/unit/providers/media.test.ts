import { describe, expect, test } from "vitest";
import { anthropic } from "@/lib/providers/anthropic";
import { gemini } from "@/lib/providers/gemini";
import { LargeBody } from "@/lib/providers/large-body";
import { ollama } from "@/lib/providers/ollama";
import { openai } from "@/lib/providers/openai";
import { OutlineReader } from "@/lib/providers/outline-reader";
import type { Dialect, Endpoint } from "@/lib/providers/types";

const base64 = "QUJD".repeat(100_000);
const image = `data:image/png;base64,${base64}`;
const each = 1_500;

const samples: { name: string; dialect: Dialect; path: string; body: object; media: number }[] = [
  {
    name: "pictures, sound and files of a chat",
    dialect: openai,
    path: "/v1/chat/completions",
    body: {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "hello" },
            { type: "image_url", image_url: { url: image, detail: "high" } },
            { type: "image_url", image_url: { url: "https://example.com/a.png" } },
            { type: "input_audio", input_audio: { data: base64, format: "mp3" } },
            { type: "file", file: { file_data: base64 } },
          ],
        },
      ],
    },
    media: 4,
  },
  {
    name: "pictures of a response",
    dialect: openai,
    path: "/v1/responses",
    body: { input: [{ role: "user", content: [{ type: "input_image", image_url: image }] }] },
    media: 1,
  },
  {
    name: "pictures of a message",
    dialect: anthropic,
    path: "/v1/messages",
    body: {
      messages: [
        {
          role: "user",
          content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: base64 } }],
        },
      ],
    },
    media: 1,
  },
  {
    name: "what is inline in Gemini's parts",
    dialect: gemini,
    path: "/v1beta/models/m:generateContent",
    body: { contents: [{ parts: [{ inlineData: { mimeType: "image/png", data: base64 } }, { text: "hello" }] }] },
    media: 1,
  },
  {
    name: "the pictures of Ollama's messages",
    dialect: ollama,
    path: "/api/chat",
    body: { messages: [{ role: "user", content: "hello", images: [base64, base64] }] },
    media: 2,
  },
  {
    name: "no text that is called so in what a tool takes",
    dialect: openai,
    path: "/v1/chat/completions",
    body: { messages: [], tools: [{ function: { parameters: { properties: { data: { type: "string" } } } } }] },
    media: 0,
  },
];

describe("what is no text in a request counts for what it usually comes to", () => {
  test.each(samples)("$name, in memory and on disk alike", ({ dialect, path, body, media }) => {
    const bytes = Buffer.from(JSON.stringify({ model: "m", ...body }));
    const reader = new OutlineReader({ mostBytes: 64_000, isExact: false });
    reader.push(bytes);
    const stored = { read: () => [] as never, hold: () => {}, release: () => {} };
    const endpoint = dialect.findEndpoint("POST", path) as Endpoint;
    for (const sent of [bytes, new LargeBody(stored, bytes.length, reader.end())]) {
      const facts = dialect.readRequest(endpoint, sent, { vendor: "openai", contentType: null });
      expect(facts.mediaTokens).toBe(media * each);
      expect(facts.inputTokens - facts.mediaTokens).toBeLessThan(50);
    }
  });
});
