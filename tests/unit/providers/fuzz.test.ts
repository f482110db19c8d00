import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { readTarget } from "@/lib/gateway/target";
import { JsonSieve } from "@/lib/providers/json-sieve";
import { MultipartReader } from "@/lib/providers/multipart";
import { coverage, dialectAt, dialectOfPath } from "@/lib/providers/registry";
import { EventSplitter, type StreamEvent } from "@/lib/providers/sse";
import type { Dialect, KnownEndpoint, UsageReport } from "@/lib/providers/types";
import { factsOf, type Vendor } from "@/lib/providers/vendors";

/** A hundred thousand cases in all: nothing but a named error is thrown, no byte is lost, no cut changes a result. */
const runs = (numRuns: number) => ({ numRuns });
const timeout = 60_000;

/** Every vendor's endpoints, with the dialect that speaks them. */
const served = coverage().flatMap(({ vendor, endpoints }) =>
  endpoints.map((endpoint) => ({ vendor, endpoint, dialect: dialectOf(vendor, endpoint) })),
);
const metered = served.filter(({ endpoint }) => endpoint.kind === "metered");

function dialectOf(vendor: Vendor, { path }: KnownEndpoint): Dialect {
  const { dialect } = factsOf(vendor);
  return dialect === null ? dialectOfPath(path) : dialectAt({ vendor, dialect }, path);
}

/** Where bytes are cut, as parts of their length. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

function pieces(bytes: Buffer, places: number[]): Buffer[] {
  const ends = [...places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

const sseText = fc
  .array(
    fc.constantFrom(
      ...["data: ", "data:", "event: error", "event:x", ": note", "id: 1", "\n", "\n\n", "\r\n", "\r", "\r\n\r\n"],
      ...["\uFEFF", "{}", '{"usage":{"prompt_tokens":1}}', "é", "[DONE]", "dat", "even", ":", " "],
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

/** Of short and of long events alike: their bytes, their data, and whether they are called errors. */
function told(events: StreamEvent[]) {
  const whole: { bytes: string; data: string; isError: boolean }[] = [];
  let begun: { bytes: Buffer[]; data: Buffer[] } | null = null;
  for (const { bytes, data, name, part } of events) {
    begun ??= { bytes: [], data: [] };
    begun.bytes.push(bytes);
    begun.data.push(...(part?.data ?? [Buffer.from(data)]));
    if (part && !part.isLast) continue;
    whole.push({
      bytes: Buffer.concat(begun.bytes).toString("latin1"),
      data: Buffer.concat(begun.data).toString("utf8"),
      isError: name === "error",
    });
    begun = null;
  }
  return whole;
}

function split(bytes: Buffer[], longest?: number) {
  const splitter = new EventSplitter(longest);
  return [...bytes.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

describe("a stream of events", () => {
  test("gives back every byte, and means the same wherever it is cut and however much of it is held", {
    timeout,
  }, () => {
    fc.assert(
      // A byte order mark is held as a whole.
      fc.property(sseText, cuts, fc.integer({ min: 3, max: 60 }), (text, places, longest) => {
        const bytes = Buffer.from(text);
        const whole = told(split([bytes]));
        expect(whole.map((event) => event.bytes).join("")).toBe(bytes.toString("latin1"));
        expect(told(split(pieces(bytes, places)))).toEqual(whole);
        expect(told(split(pieces(bytes, places), longest))).toEqual(whole);
      }),
      runs(25_000),
    );
  });
});

const amount = fc.oneof(fc.nat(5_000), fc.constantFrom<unknown>(null, 0, -1, 0.5, 1e300, "7", {}, [], true));
const block = fc.dictionary(
  fc.constantFrom(
    ...["prompt_tokens", "completion_tokens", "total_tokens", "input_tokens", "output_tokens", "cached_tokens"],
    ...["cache_read_input_tokens", "cache_creation_input_tokens", "promptTokenCount", "candidatesTokenCount"],
    ...["thoughtsTokenCount", "toolUsePromptTokenCount", "totalTokenCount", "cachedContentTokenCount"],
  ),
  amount,
  { maxKeys: 6 },
);
const piece = fc.dictionary(
  fc.constantFrom(
    ...["usage", "usageMetadata", "message", "response", "x_groq", "error", "type", "model", "choices", "content"],
    ...["delta", "candidates", "prompt_eval_count", "eval_count", "done", "output", "iterations"],
  ),
  fc.oneof(
    block,
    amount,
    fc.record({ usage: block }),
    fc.constantFrom<unknown>(
      ...["message_start", "message_delta", "error", "response.completed", "text"],
      [{ delta: { content: "hi" } }],
      [{ content: { parts: [{ text: "hi" }, { functionCall: { a: 1 } }] } }],
      { text: "hi", type: "text_delta" },
    ),
    fc.jsonValue({ maxDepth: 2 }),
  ),
  { maxKeys: 5 },
);
const framings: { contentType: string; frame(objects: unknown[]): string }[] = [
  { contentType: "text/event-stream", frame: (all) => all.map((each) => `data: ${JSON.stringify(each)}\n\n`).join("") },
  {
    contentType: "text/event-stream",
    frame: (all) =>
      all
        .map((each) => `event: e\r\ndata: ${JSON.stringify(each, null, 1).replaceAll("\n", "\r\ndata: ")}\r\n\r\n`)
        .join(""),
  },
  { contentType: "application/json", frame: (all) => JSON.stringify(all) },
  { contentType: "application/json", frame: ([only]) => JSON.stringify(only ?? null) },
  { contentType: "application/x-ndjson", frame: (all) => all.map((each) => `${JSON.stringify(each)}\n`).join("") },
  { contentType: "", frame: (all) => `\n ${JSON.stringify(all, null, 2)}` },
];

describe("an answer", () => {
  test("in any framing and any cut says the same, in whole numbers that add up", { timeout }, () => {
    const answer = fc.record({
      objects: fc.array(piece, { maxLength: 4 }),
      framing: fc.constantFrom(...framings),
      noise: fc.constantFrom("", "", "", "data: {", "{", "\u0000", "<html>", "]}"),
      end: fc.double({ min: 0.3, max: 1.5, noNaN: true }),
      stream: fc.boolean(),
      from: fc.constantFrom(...metered),
    });
    fc.assert(
      fc.property(answer, cuts, ({ objects, framing, noise, end, stream, from }, places) => {
        const text = Buffer.from(framing.frame(objects) + noise);
        const bytes = text.subarray(0, Math.ceil(end * text.length));
        const read = (parts: Buffer[]): UsageReport => {
          const { dialect, endpoint, vendor } = from;
          const reader = dialect.usageReader({
            endpoint,
            vendor,
            stream,
            headers: { "content-type": framing.contentType },
          });
          for (const part of parts) reader.push(part);
          return reader.end();
        };
        const whole = read([bytes]);
        expect(read(pieces(bytes, places))).toEqual(whole);
        if (whole.usage === null) return;
        const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } = whole.usage;
        for (const count of [inputTokens, outputTokens]) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        expect((cachedInputTokens ?? 0) + (cacheWriteTokens ?? 0)).toBeLessThanOrEqual(inputTokens);
        expect(reasoningTokens ?? 0).toBeLessThanOrEqual(outputTokens);
      }),
      runs(30_000),
    );
  });

  test("of any bytes is read without a failure", { timeout }, () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(...metered),
        fc.boolean(),
        (bytes, from, stream) => {
          const { dialect, endpoint, vendor } = from;
          for (const contentType of ["text/event-stream", "application/json", "audio/mpeg", "text/plain"]) {
            const reader = dialect.usageReader({ endpoint, vendor, stream, headers: { "content-type": contentType } });
            reader.push(bytes);
            reader.end();
          }
        },
      ),
      runs(10_000),
    );
  });
});

test("JSON of any bytes is sifted the same in any pieces", { timeout }, () => {
  const token = fc.constantFrom(
    ...['{"', '"}', '":', ",", "{", "}", "[", "]", '"usage":', '"a"', "1", "null", '\\"', "\\", "é", " ", "\n", '"'],
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 40 }), cuts, (tokens, places) => {
      const bytes = Buffer.from(tokens.join(""));
      const sift = (parts: Buffer[]) => {
        const found: unknown[] = [];
        const sieve = new JsonSieve((object, cutLength) => found.push({ object, cutLength }));
        for (const part of parts) sieve.push(part);
        sieve.end();
        return found;
      };
      expect(sift(pieces(bytes, places))).toEqual(sift([bytes]));
    }),
    runs(20_000),
  );
});

describe("a request", () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.nat(),
    fc.constantFrom<unknown>("text", true, -1, 1e300, 0.5, [{ role: "user", content: "hi" }], { include_usage: true }),
    fc.record({
      num_predict: fc.nat(),
      maxOutputTokens: fc.nat(),
      candidateCount: fc.nat(),
      parts: fc.constant([{ text: "a" }]),
    }),
  );
  const body = fc.oneof(
    fc
      .dictionary(
        fc.constantFrom(
          ...["model", "stream", "messages", "max_tokens", "n", "best_of", "n_predict", "options", "generationConfig"],
          ...["contents", "requests", "content", "system", "tools", "input", "prompt", "background", "stream_options"],
          ...["quality", "size", "partial_images", "max_completion_tokens", "systemInstruction", "__proto__"],
        ),
        value,
        { maxKeys: 6 },
      )
      .map((fields) => JSON.stringify(fields)),
    fc.json({ maxDepth: 2 }),
    fc.string({ maxLength: 30 }),
  );
  const contentType = fc.constantFrom(
    null,
    "application/json",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
  );

  test("is understood or refused by name, whatever it holds", { timeout }, () => {
    fc.assert(
      fc.property(
        body,
        contentType,
        fc.constantFrom(...metered),
        (text, contentType, { dialect, endpoint, vendor }) => {
          const bytes = Buffer.from(text);
          try {
            const facts = dialect.readRequest(endpoint, bytes, { vendor, contentType });
            expect(Number.isSafeInteger(facts.inputTokens) && facts.inputTokens >= 0).toBe(true);
            expect(
              facts.outputBound === null || (Number.isSafeInteger(facts.outputBound) && facts.outputBound >= 0),
            ).toBe(true);
            const prepared = dialect.prepareBody({ endpoint, body: bytes, facts, vendor, query: "" });
            if (!prepared.hidesUsage) expect(prepared.body).toBe(bytes);
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            expect(error.code).toBe("invalid_request");
          }
        },
      ),
      runs(20_000),
    );
  });

  test("is sent somewhere or nowhere, whatever its path", { timeout }, () => {
    const segment = fc.constantFrom(
      ...[
        "/",
        "v1",
        "v1beta",
        "models",
        "gemini:",
        "generateContent",
        "openai",
        "%41",
        "..",
        "deployments",
        "?key=a",
        "projects",
      ],
      ...["chat/completions", "messages", "api", "chat", "%zz", "é", "#"],
    );
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 8 }), fc.constantFrom("GET", "POST", "PUT"), (segments, method) => {
        const path = `/${segments.join("/")}`;
        readTarget(`/api/proxy${path}`);
        for (const { dialect } of served) dialect.findEndpoint(method, path);
        expect(method === "PUT" && served.some(({ dialect }) => dialect.findEndpoint(method, path))).toBe(false);
      }),
      runs(5_000),
    );
  });
});

describe("a form", () => {
  const value = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom("\r\n--bound", "--bound\r\n", "\r\n--boundary", "\r\n\r\n--boundar--"),
  );
  const part = fc.record({ name: fc.constantFrom("model", "n", "prompt", "image[]"), file: fc.boolean(), value });

  test("is read in any pieces as it was written", { timeout }, () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), cuts, (parts, places) => {
        fc.pre(parts.every(({ value }) => !/\r\n--boundary(--|\r\n)/.test(`\r\n${value}\r\n`)));
        const text = parts.map(
          ({ name, file, value }) =>
            `--boundary\r\nContent-Disposition: form-data; name="${name}"${file ? '; filename="a"' : ""}\r\n\r\n${value}\r\n`,
        );
        const reader = new MultipartReader("boundary");
        for (const each of pieces(Buffer.from(`${text.join("")}--boundary--\r\n`), places)) reader.push(each);
        const { fields, files } = reader.end();
        expect([...fields].flatMap(([name, values]) => values.map((each) => [name, each])).sort()).toEqual(
          parts
            .filter(({ file }) => !file)
            .map(({ name, value }) => [name, value])
            .sort(),
        );
        expect(files).toEqual(
          parts.filter(({ file }) => file).map(({ name, value }) => ({ name, size: Buffer.byteLength(value) })),
        );
      }),
      runs(10_000),
    );
  });
});
