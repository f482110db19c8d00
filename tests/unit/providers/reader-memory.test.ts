import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { bodyReaderFor } from "@/lib/providers/body-reader";
import { dialectAt } from "@/lib/providers/registry";
import { EventSplitter } from "@/lib/providers/sse";
import type { UsageReader } from "@/lib/providers/types";
import { factsOf, type Vendor } from "@/lib/providers/vendors";

/** What is held of one open stream, beside what is on the wire: far less than has passed of it. */
const perStream = 60_000;
const streams = 100;
const pieces = 200;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes in use for each of these, once all that nobody holds is gone. */
async function memoryOf(open: () => unknown): Promise<number> {
  await settle();
  const before = inUse();
  const held = Array.from({ length: streams }, open);
  await settle();
  return (inUse() - before) / held.length;
}

/** The memory of buffers is given back only some time after nobody holds them. */
async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) {
    collectGarbage();
    await turn();
  }
}

function inUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const uploads: { name: string; contentType: string; begin: string; piece: string }[] = [
  {
    name: "a form with a file",
    contentType: "multipart/form-data; boundary=b",
    begin: '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n',
    piece: "sound".repeat(3_000),
  },
  {
    name: "JSON with a picture",
    contentType: "application/json",
    begin: '{"messages":[{"content":[{"image_url":{"url":"data:image/png;base64,',
    piece: "QUJD".repeat(4_000),
  },
  {
    name: "a long text",
    contentType: "application/json",
    begin: '{"messages":[{"content":"',
    piece: "many words ".repeat(1_400),
  },
];

/** A chunk as a socket gives it: with memory of its own. */
const chunk = (text: string) => Buffer.from(new Uint8Array(Buffer.from(text)));
const words = "several words of an answer – ".repeat(40);

const shapes: { name: string; vendor: Vendor; path: string; contentType: string; piece: string; rest: string }[] = [
  {
    name: "events of chat",
    vendor: "openai",
    path: "/v1/chat/completions",
    contentType: "text/event-stream",
    piece: `data: ${JSON.stringify({ choices: [{ delta: { content: words } }] })}\n\n`,
    rest: `data: {"choices":[{"delta":{"content":"${"x".repeat(8_000)}`,
  },
  {
    name: "an event of megabytes",
    vendor: "openai",
    path: "/v1/images/generations",
    contentType: "text/event-stream",
    piece: "QUJD".repeat(4_000),
    rest: "QUJD",
  },
  {
    name: "a message of Anthropic's",
    vendor: "anthropic",
    path: "/v1/messages",
    contentType: "text/event-stream",
    piece: `event: content_block_delta\ndata: ${JSON.stringify({ type: "content_block_delta", delta: { text: words } })}\n\n`,
    rest: `data: {"type":"content_block_delta","delta":{"text":"${"é".repeat(4_000)}`,
  },
  {
    name: "Gemini's array in pieces",
    vendor: "gemini",
    path: "/v1beta/models/m:streamGenerateContent",
    contentType: "application/json",
    piece: `,${JSON.stringify({ candidates: [{ content: { parts: [{ text: words }] } }] })}`,
    rest: `,{"candidates":[{"content":{"parts":[{"text":"${"x".repeat(50_000)}`,
  },
  {
    name: "Ollama's lines",
    vendor: "ollama",
    path: "/api/chat",
    contentType: "application/x-ndjson",
    piece: `${JSON.stringify({ message: { content: words } })}\n`,
    rest: '{"message":{"content":"',
  },
];

describe("a large upload takes little memory, however much of it has come", () => {
  test.each(uploads)("$name", async ({ contentType, begin, piece }) => {
    const open = () => {
      const reader = bodyReaderFor({ contentType, isExact: true });
      reader.push(chunk(begin));
      for (let pushed = 0; pushed < pieces; pushed++) reader.push(chunk(piece));
      return reader;
    };
    open();
    expect(await memoryOf(open)).toBeLessThan(perStream);
  });
});

describe("an open stream takes little memory, however much of it has passed", () => {
  test.each(shapes)("$name", async ({ vendor, path, contentType, piece, rest }) => {
    const dialect = dialectAt({ vendor, dialect: factsOf(vendor).dialect ?? "openai" }, path);
    const endpoint = dialect.findEndpoint("POST", path);
    if (endpoint === null) throw new Error("There is no such endpoint.");
    const open = (): UsageReader => {
      const reader = dialect.usageReader({ endpoint, vendor, stream: true, headers: { "content-type": contentType } });
      reader.push(chunk(contentType === "application/json" ? "[" : "data: {}\n\n"));
      if (piece.startsWith("QUJD")) reader.push(chunk('data: {"b64_json":"'));
      for (let index = 0; index < pieces; index++) reader.push(chunk(piece));
      reader.push(chunk(rest));
      return reader;
    };
    open();
    expect(await memoryOf(open)).toBeLessThan(perStream);
  });

  test("what holds back an event that may be kept from the client", async () => {
    const open = () => {
      const splitter = new EventSplitter();
      for (let index = 0; index < pieces; index++) splitter.push(chunk(`data: ${words}\n\ndata: begun`));
      return splitter;
    };
    open();
    expect(await memoryOf(open)).toBeLessThan(perStream);
  });
});
