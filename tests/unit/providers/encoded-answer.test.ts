import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodedBody } from "@/lib/providers/encoded-answer";
import { openaiUsageReader } from "@/lib/providers/openai-usage";
import { eventually } from "../../eventually";

const stream = Array.from(
  { length: 50 },
  (_, index) => `data: {"model":"m","choices":[{"index":0,"delta":{"content":"word ${index} "}}]}\n\n`,
);
const ended = `${stream.join("")}data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4}}\n\ndata: [DONE]\n\n`;

const encoders = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };

test.each(Object.entries(encoders))("a stream in %s is read in full, however it is cut", async (encoding, encode) => {
  const headers = { "content-type": "text/event-stream", "content-encoding": encoding };
  const reader = openaiUsageReader({ vendor: "openai", stream: true, headers });
  const bytes = encode(ended);
  for (let start = 0; start < bytes.length; start += 100) reader.push(bytes.subarray(start, start + 100));
  await reader.finish?.();
  expect(reader.end()).toMatchObject({ usage: { inputTokens: 9, outputTokens: 4 }, model: "m" });
});

test("of a stream in gzip that breaks off, what came is read", async () => {
  const headers = { "content-type": "text/event-stream", "content-encoding": "gzip" };
  const reader = openaiUsageReader({ vendor: "openai", stream: true, headers });
  const bytes = gzipSync(ended);
  reader.push(bytes.subarray(0, bytes.length / 2));
  await reader.finish?.();
  expect(reader.end()).toMatchObject({ usage: null, model: "m", text: expect.stringContaining("word 1 ") });
});

test.each(["gzip", "deflate", "br", "zstd", "unknown"])("what is no %s is told to be unreadable", async (encoding) => {
  const headers = { "content-type": "application/json", "content-encoding": encoding };
  const reader = openaiUsageReader({ vendor: "openai", stream: false, headers });
  reader.push(Buffer.from('{"usage":{"prompt_tokens":9,"completion_tokens":4}}'));
  await reader.finish?.();
  expect(reader.end()).toMatchObject({ usage: null, text: "", failed: false, isUnreadable: true });
});

test.each(Object.entries(encoders))(
  "a body in %s says the same decoded, and comes as it came",
  async (encoding, encode) => {
    const bytes = encode(ended);
    let taken = 0;
    async function* arriving() {
      for (let start = 0; start < bytes.length; start += 100) {
        taken += 1;
        yield bytes.subarray(start, start + 100);
      }
    }
    expect(Buffer.concat(await Array.fromAsync(decodedBody(arriving(), encoding) ?? [])).toString()).toBe(ended);
    expect(taken).toBe(Math.ceil(bytes.length / 100));
  },
);

test.each(Object.entries(encoders))(
  "a body in %s that lacks its end does not pass for complete",
  async (encoding, encode) => {
    const bytes = encode(ended);
    await expect(Array.fromAsync(decodedBody([bytes.subarray(0, -12)], encoding) ?? [])).rejects.toThrow();
  },
);

test("whoever leaves a body that is decoded ends what it comes from", async () => {
  let isEnded = false;
  async function* arriving() {
    try {
      yield gzipSync(ended);
      for (;;) yield gzipSync(ended);
    } finally {
      isEnded = true;
    }
  }
  for await (const _chunk of decodedBody(arriving(), "gzip") ?? []) break;
  await eventually(async () => expect(isEnded).toBe(true));
});

test("what is no such encoding fails whoever reads it, and an unknown one is not decoded", async () => {
  async function* arriving() {
    yield Buffer.from("hello");
  }
  await expect(Array.fromAsync(decodedBody(arriving(), "gzip") ?? [])).rejects.toThrow();
  expect(decodedBody(arriving(), "unknown")).toBeNull();
});
