import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonSieve } from "@/lib/providers/json-sieve";

/** What is found in a text, fed in pieces of this length. */
function sift(text: string, pieceLength = Number.MAX_SAFE_INTEGER) {
  const found: { object: unknown; cutLength: number }[] = [];
  const sieve = new JsonSieve((object, cutLength) => found.push({ object, cutLength }));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceLength) sieve.push(bytes.subarray(at, at + pieceLength));
  sieve.end();
  return found;
}

const objects = (text: string, pieceLength?: number) => sift(text, pieceLength).map(({ object }) => object);

describe("JSON that is read as it comes", () => {
  test("is understood as a parser understands it, in any pieces and spacing", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.nat(3),
        fc.integer({ min: 1, max: 9 }),
        (value, indent, length) => {
          const text = JSON.stringify(value, null, indent);
          fc.pre(
            !/"(__proto__|parameters|annotations|data|url|result|values|embeddings?|signature|segments|words|logprobs|image_url)"/.test(
              text,
            ),
          );
          const expected = JSON.parse(text) as unknown;
          expect(objects(text)).toEqual([expected]);
          expect(objects(text, length)).toEqual([expected]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    { name: "an array of objects", text: '[{"a":1}\n,\r\n{"a":2}]' },
    { name: "lines of objects", text: '{"a":1}\n{"a":2}\n' },
    { name: "objects side by side", text: '{"a":1}{"a":2}' },
    { name: "objects amid what is none", text: '5 "x" null {"a":1} <html> ]} {"a":2}' },
  ])("may be $name", ({ text }) => {
    for (const length of [1, 2, 1_000]) expect(objects(text, length)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test("that ends before its time is not found", () => {
    expect(objects('{"a":{"usage":{"prompt_tokens":1}}')).toEqual([]);
  });
});

/** Tools as answers repeat them, with parameters named like what is looked for. */
const echoed = (length: number) => [
  { parameters: { properties: { usage: { enum: Array(length).fill("a") }, error: { enum: ["b"] }, response: {} } } },
];
const usage = { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 1 } };

describe("of a long object", () => {
  test.each([
    { name: "behind a long text", object: { choices: [{ message: { content: "a".repeat(1e6) } }], usage } },
    { name: "before a long text", object: { usage, choices: [{ message: { content: "a".repeat(1e6) } }] } },
    { name: "behind many values", object: { list: Array(50_000).fill({ a: 1 }), usage } },
    { name: "behind a vector", object: { data: [{ embedding: Array(200_000).fill(0.1) }], usage } },
    { name: "behind one that a tool has as a parameter", object: { tools: echoed(5_000), usage } },
    { name: "behind those of many tools", object: { tools: Array(5_000).fill(echoed(1)[0]), usage } },
    { name: "before such", object: { usage, tools: echoed(5_000) } },
    { name: "behind a picture", object: { data: [{ b64_json: "A".repeat(1e6) }], usage } },
    { name: "behind nested lists", object: { a: JSON.parse("[".repeat(2_000) + "]".repeat(2_000)), usage } },
    { name: "behind quotes in a text", object: { a: '"usage":{"prompt_tokens":1}\\'.repeat(50_000), usage } },
  ])("usage is found $name", ({ object }) => {
    const text = JSON.stringify(object);
    for (const length of [997, 65_536]) expect(objects(text, length)[0]).toMatchObject({ usage });
  });

  test("usage is found within what leads to it", () => {
    const object = {
      filler: Array(2_000).fill({ a: 1 }),
      response: { output: Array(2_000).fill({ b: 1 }), tools: echoed(5_000), model: "m", usage },
    };
    expect(objects(JSON.stringify(object))[0]).toMatchObject({ response: { model: "m", usage } });
  });

  test("the usage of a choice is found", () => {
    const object = { choices: [{ message: { content: "a".repeat(1e6), usage: { a: 1 } }, usage }] };
    expect(objects(JSON.stringify(object))[0]).toMatchObject({ choices: [{ usage }] });
  });

  test("all passes of a long loop are found", () => {
    const pass = { type: "message", input_tokens: 5, output_tokens: 2, cache_read_input_tokens: 1 };
    const object = { content: "a".repeat(1e6), usage: { ...usage, iterations: Array(300).fill(pass) } };
    expect(objects(JSON.stringify(object))[0]).toMatchObject({ usage: object.usage });
  });

  test("the beginning of its text is kept, and how much is missing is told", () => {
    const content = "é\n".repeat(100_000);
    const [found] = sift(JSON.stringify({ content }), 1_000) as { object: { content: string }; cutLength: number }[];
    const kept = found?.object.content ?? "";
    expect(content.startsWith(kept)).toBe(true);
    expect(kept.length).toBeGreaterThan(5_000);
    expect(found?.cutLength).toBeGreaterThan(300_000);
  });

  test("a cut within an escape or a character leaves no broken text", () => {
    for (let shift = 0; shift < 12; shift++) {
      const content = "x".repeat(shift) + "\\u00e9\\\\\\n😀".repeat(5_000);
      const [object] = objects(`{"content":"${content}"}`) as { content: string }[];
      expect(JSON.parse(`"${content}"`).startsWith(object?.content.replace(/\uFFFD+$/, ""))).toBe(true);
    }
  });

  test("what is told does not depend on how it is cut", () => {
    const text = JSON.stringify({ a: "b\\".repeat(40_000), choices: Array(600).fill({ text: "hé" }), usage });
    const whole = sift(text);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70_000 }), (length) => {
        expect(sift(text, length)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });
});

test("of a hundred megabytes little is kept", () => {
  const found: unknown[] = [];
  const sieve = new JsonSieve((object) => found.push(object));
  const chunk = Buffer.from("some words of text\\n".repeat(3_000));
  sieve.push(Buffer.from('{"choices":[{"message":{"content":"'));
  for (let size = 0; size < 1e8; size += chunk.length) sieve.push(chunk);
  sieve.push(Buffer.from(`"}}],"usage":${JSON.stringify(usage)}}`));
  expect(found).toMatchObject([{ usage }]);
  expect(JSON.stringify(found).length).toBeLessThan(60_000);
});
