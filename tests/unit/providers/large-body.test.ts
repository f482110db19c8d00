import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import type { JsonOutline } from "@/lib/providers/json-outline";
import { LargeBody, type StoredBytes } from "@/lib/providers/large-body";
import { type Closeness, OutlineReader } from "@/lib/providers/outline-reader";
import { coverage, dialectAt } from "@/lib/providers/registry";
import type { RequestBody } from "@/lib/providers/request-body";
import type { Dialect, KnownEndpoint } from "@/lib/providers/types";
import { factsOf, type Vendor } from "@/lib/providers/vendors";

/** A body on disk is understood, bounded and edited as the same body in memory. */

/** Bytes that are "on disk" here. */
function stored(bytes: Buffer): StoredBytes {
  return {
    async *read(start, end) {
      yield bytes.subarray(start, end);
    },
    hold: () => {},
    release: () => {},
  };
}

function pieces(bytes: Buffer, places: number[]): Buffer[] {
  const ends = [...places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

function large(bytes: Buffer, { closeness, places = [] }: { closeness: Closeness; places?: number[] }): LargeBody {
  const reader = new OutlineReader(closeness);
  for (const piece of pieces(bytes, places)) reader.push(piece);
  return new LargeBody(stored(bytes), bytes.length, reader.end());
}

async function sent(body: RequestBody): Promise<string> {
  if (Buffer.isBuffer(body)) return body.toString("latin1");
  const chunks: Buffer[] = [];
  for await (const chunk of body.chunks()) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  expect(body.length).toBe(whole.length);
  return whole.toString("latin1");
}

type Served = { vendor: Vendor; endpoint: KnownEndpoint; dialect: Dialect };

const metered: Served[] = coverage().flatMap(({ vendor, endpoints }) => {
  const { dialect } = factsOf(vendor);
  if (dialect === null) return [];
  return endpoints
    .filter(({ kind }) => kind === "metered")
    .map((endpoint) => ({ vendor, endpoint, dialect: dialectAt({ vendor, dialect }, endpoint.path) }));
});

function understood({ vendor, endpoint, dialect }: Served, body: RequestBody) {
  const facts = dialect.readRequest(endpoint, body, { vendor, contentType: "application/json" });
  return { facts, prepared: dialect.prepareBody({ endpoint, body, facts, vendor, query: "" }) };
}

function bounded({ vendor, endpoint, dialect }: Served, body: RequestBody) {
  const bounds = dialect.strict.boundsOf({ endpoint, body, vendor, contentType: "application/json" });
  return { bounds, capped: dialect.strict.capAnswers({ endpoint, body, vendor, query: "", answerTokens: 7 }) };
}

/** What a function gives, or that it refuses. */
function attempt<T>(ask: () => T): T | "refused" {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe("invalid_request");
    return "refused";
  }
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ maxLength: 20 }),
  fc
    .constantFrom("é", "\u{1f600}", "\ud800", "\udc00x", 'a"\\/\n', "cut:")
    .chain((piece) => fc.nat({ max: 900 }).map((times) => piece.repeat(times))),
);
const base64 = fc.nat({ max: 700 }).map((times) => "QUJ/".repeat(times));
const imageUrl = fc.oneof(
  fc.constantFrom("https://images.test/cat.png", "data:image/png;base64,", "data:image/png,x"),
  base64.map((data) => `data:image/png;base64,${data}`),
  base64.map((data) => `data:text/plain;base64,${data}`),
  base64.map((data) => `data:image/png;base64,${data} `),
);
const part = fc.oneof(
  fc.record({ type: fc.constantFrom("text", "input_text"), text }),
  fc.record({ text }),
  fc.record({ type: fc.constant("image_url"), image_url: fc.record({ url: imageUrl }) }),
  fc.record({ type: fc.constant("input_image"), image_url: imageUrl }),
  fc.record({
    type: fc.constant("image"),
    source: fc.record({ type: fc.constant("base64"), data: fc.oneof(base64, text) }),
  }),
  fc.record({ inlineData: fc.record({ mimeType: fc.constant("image/png"), data: fc.oneof(base64, text) }) }),
  fc.record({ type: fc.constant("tool_result"), content: fc.array(fc.record({ type: fc.constant("text"), text })) }),
);
const content = fc.oneof(text, fc.array(part, { maxLength: 5 }));
const messages = fc.array(fc.record({ role: fc.constantFrom("user", "system"), content }), { maxLength: 6 });
const contents = fc.array(fc.record({ role: fc.constant("user"), parts: fc.array(part, { maxLength: 4 }) }), {
  maxLength: 4,
});
const tokens = fc.array(fc.nat({ max: 200_000 }), { maxLength: 300 });
const prompts = fc.oneof(text, tokens, fc.array(fc.oneof(text, tokens), { maxLength: 5 }));

const document = fc
  .record(
    {
      model: fc.constantFrom("m", "x".repeat(299), "x".repeat(600)),
      messages,
      contents,
      input: fc.oneof(prompts, messages),
      prompt: prompts,
      system: content,
      instructions: text,
      systemInstruction: fc.record({ parts: fc.array(part, { maxLength: 2 }) }),
      requests: fc.array(fc.record({ content: fc.record({ parts: fc.array(part, { maxLength: 2 }) }) }), {
        maxLength: 3,
      }),
      tools: fc.array(
        fc.record({ type: fc.constantFrom("function", "web"), function: fc.jsonValue({ maxDepth: 2 }) }),
        {
          maxLength: 2,
        },
      ),
      stream: fc.boolean(),
      stream_options: fc.oneof(fc.constant(null), fc.record({ include_usage: fc.boolean() }, { requiredKeys: [] })),
      max_tokens: fc.oneof(fc.nat(), fc.constant(null)),
      n: fc.nat({ max: 4 }),
      generationConfig: fc.record(
        { maxOutputTokens: fc.nat(), stopSequences: fc.array(fc.string({ maxLength: 9 }), { maxLength: 4 }) },
        { requiredKeys: [] },
      ),
      unheard: fc.jsonValue({ maxDepth: 3 }),
    },
    { requiredKeys: [] },
  )
  .chain((fields) => fc.constantFrom(undefined, 1, "\r\n\t").map((indent) => JSON.stringify(fields, null, indent)))
  // Some write what need not be escaped as escapes, too.
  .chain((json) => fc.constantFrom(json, json.replaceAll("/", "\\/"), json.replaceAll("é", "\\u00e9")));
const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
const closeness = fc.record({ mostBytes: fc.constantFrom(0, 3_000, 1_000_000), isExact: fc.constant(true) });

test("is understood and prepared as in memory, however it comes and however little is kept of it", async () => {
  await fc.assert(
    fc.asyncProperty(document, places, closeness, fc.constantFrom(...metered), async (json, cuts, near, served) => {
      const bytes = Buffer.from(json);
      const inMemory = attempt(() => understood(served, bytes));
      const onDisk = attempt(() => understood(served, large(bytes, { closeness: near, places: cuts })));
      if (inMemory === "refused" || onDisk === "refused") {
        expect(onDisk).toBe(inMemory);
        return;
      }
      // What is not here cannot be counted again, if it should come to that.
      const { facts } = onDisk;
      expect({ ...facts, text: facts.text ?? inMemory.facts.text }).toEqual(inMemory.facts);
      expect(onDisk.prepared.hidesUsage).toBe(inMemory.prepared.hidesUsage);
      expect(await sent(onDisk.prepared.body)).toBe(await sent(inMemory.prepared.body));
    }),
    { numRuns: 2_000 },
  );
});

test("is bounded and capped as in memory, or refused where too much of it is not here", async () => {
  await fc.assert(
    fc.asyncProperty(document, places, closeness, fc.constantFrom(...metered), async (json, cuts, near, served) => {
      const bytes = Buffer.from(json);
      const inMemory = attempt(() => bounded(served, bytes));
      const body = large(bytes, { closeness: near, places: cuts });
      const onDisk = attempt(() => bounded(served, body));
      if (onDisk === "refused") {
        expect(inMemory === "refused" || (body.content as JsonOutline).hidesObjects).toBe(true);
        return;
      }
      expect(onDisk.bounds).toEqual(inMemory === "refused" ? "refused" : inMemory.bounds);
      if (onDisk.capped && inMemory !== "refused" && inMemory.capped)
        expect(await sent(onDisk.capped)).toBe(await sent(inMemory.capped));
    }),
    { numRuns: 2_000 },
  );
});

test("is refused as no JSON exactly where it would be in memory", () => {
  const slip = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    by: fc.constantFrom(...'{}[]",:\\u0e-.tf \n\u0001'),
  });
  fc.assert(
    fc.property(document, slip, fc.boolean(), places, (json, { at, by }, replaces, cuts) => {
      const place = Math.floor(at * json.length);
      const bytes = Buffer.from(json.slice(0, place) + by + json.slice(place + (replaces ? 1 : 0)));
      const isObject = attempt(() => {
        try {
          return typeof JSON.parse(bytes.toString()) === "object";
        } catch {
          return false;
        }
      });
      const read = attempt(() => large(bytes, { closeness: { mostBytes: 1_000_000, isExact: false }, places: cuts }));
      expect(read !== "refused").toBe(isObject);
    }),
    { numRuns: 5_000 },
  );
});

describe("its outline", () => {
  test("stays short, whatever is in the document", () => {
    const closeness = { mostBytes: 64_000, isExact: false };
    const lengthOf = (body: object) =>
      (large(Buffer.from(JSON.stringify(body)), { closeness }).content as JsonOutline).text.length;
    const longText = "many words ".repeat(200_000);
    expect(lengthOf({ messages: [{ role: "user", content: longText }] })).toBeLessThan(1_000);
    expect(lengthOf({ messages: Array(50_000).fill({ role: "user", content: "short" }) })).toBeLessThan(1_000);
    expect(lengthOf({ input: Array(500_000).fill(17) })).toBeLessThan(1_000);
    expect(lengthOf({ input: longText, prompt: longText, text: longText })).toBeLessThan(1_000);
    const short = "some words ".repeat(4_000);
    expect(lengthOf({ input: short, prompt: short, text: short })).toBeLessThan(128_000);
    const members = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`member ${index}`, 0]));
    expect(() => lengthOf(members)).toThrow("too many members");
  });

  test("cannot be made to take a text for a value that was left out", () => {
    const outline = large(Buffer.from(JSON.stringify({ a: "x".repeat(60_000), b: "cut:0", c: "cut::0" })), {
      closeness: { mostBytes: 64_000, isExact: false },
    }).content as JsonOutline;
    const mark = /"(cut:[0-9a-f]+:)0"/.exec(outline.text)?.[1] as string;
    expect(mark.length).toBeGreaterThan(20);
    expect(outline.parse()).toMatchObject({ b: "cut:0", c: "cut::0" });
  });

  test("is refused where it would leave out what metering has to read", () => {
    const [gemini] = metered.filter(({ endpoint }) => endpoint.name === "generateContent");
    const body = { generationConfig: { maxOutputTokens: 5, responseSchema: { description: "x".repeat(70_000) } } };
    const longest = { generationConfig: { maxOutputTokens: 5, enum: Array(20_000).fill("one") } };
    const read = (each: object) =>
      understood(
        gemini as Served,
        large(Buffer.from(JSON.stringify(each)), { closeness: { mostBytes: 64_000, isExact: false } }),
      );
    expect(read(body).facts.outputBound).toBe(5);
    expect(() => read(longest)).toThrow("`generationConfig` is too long");
  });

  test("is not made of what is nested beyond measure", () => {
    const deep = `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
    expect(() => large(Buffer.from(deep), { closeness: { mostBytes: 64_000, isExact: false } })).toThrow("too deeply");
  });
});
