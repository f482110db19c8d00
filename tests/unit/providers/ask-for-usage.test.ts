import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { askForUsage, readOpenaiRequest } from "@/lib/providers/openai-request";
import type { Endpoint } from "@/lib/providers/types";
import { type Vendor, vendors } from "@/lib/providers/vendors";

type Given = { body: string | Buffer; name?: string; vendor?: Vendor; query?: string };

function ask({ body, name = "chat/completions", vendor = "openai", query = "" }: Given) {
  const endpoint: Endpoint = { name, kind: "metered" };
  const bytes = Buffer.from(body);
  const prepared = askForUsage({
    endpoint,
    body: bytes,
    facts: readOpenaiRequest(endpoint, bytes, { vendor, contentType: null }),
    vendor,
    query,
  });
  return {
    text: prepared.body.toString("utf8"),
    bytes: prepared.body,
    hidesUsage: prepared.hidesUsage,
    isUnchanged: (prepared.body as Buffer).equals(bytes),
  };
}

describe("asking for usage inserts what is missing and changes nothing else", () => {
  test.each([
    {
      name: "at the beginning where there are no options",
      body: '{"stream":true,"seed":12345678901234567890}',
      becomes: '{"stream_options":{"include_usage":true},"stream":true,"seed":12345678901234567890}',
    },
    {
      name: "behind odd spacing",
      body: ' \n{\t"stream" : true }\r\n',
      becomes: ' \n{"stream_options":{"include_usage":true},\t"stream" : true }\r\n',
    },
    {
      name: "in place of null",
      body: '{"stream":true,"stream_options": null ,"a":1.0}',
      becomes: '{"stream":true,"stream_options": {"include_usage":true} ,"a":1.0}',
    },
    {
      name: "into empty options",
      body: '{"stream_options":{ },"stream":true}',
      becomes: '{"stream_options":{"include_usage":true },"stream":true}',
    },
    {
      name: "in place of false",
      body: '{"stream":true,"stream_options":{"include_usage" : false}}',
      becomes: '{"stream":true,"stream_options":{"include_usage" : true}}',
    },
    {
      name: "in place of a null within",
      body: '{"stream":true,"stream_options":{"include_usage":null,"x":1}}',
      becomes: '{"stream":true,"stream_options":{"include_usage":true,"x":1}}',
    },
    {
      name: "beside other options",
      body: '{"stream":true,"stream_options":{"include_obfuscation":false}}',
      becomes: '{"stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}}',
    },
    {
      name: "into the last of options given twice, which counts",
      body: '{"stream":true,"stream_options":{"include_usage":true},"stream_options":{}}',
      becomes: '{"stream":true,"stream_options":{"include_usage":true},"stream_options":{"include_usage":true}}',
    },
    {
      name: "in place of the last of two answers",
      body: '{"stream":true,"stream_options":{"include_usage":true,"include_usage":false}}',
      becomes: '{"stream":true,"stream_options":{"include_usage":true,"include_usage":true}}',
    },
    {
      name: "where the name is written with an escape",
      body: '{"stream":true,"stream\\u005foptions":{}}',
      becomes: '{"stream":true,"stream\\u005foptions":{"include_usage":true}}',
    },
    {
      name: "and is not led astray by options further in",
      body: '{"stream":true,"metadata":{"stream_options":{"include_usage":false}},"stream_options":{}}',
      becomes:
        '{"stream":true,"metadata":{"stream_options":{"include_usage":false}},"stream_options":{"include_usage":true}}',
    },
    {
      name: "nor by a text that reads like options",
      body: '{"stream":true,"user":"\\"stream_options\\":{","stream_options":null}',
      becomes: '{"stream":true,"user":"\\"stream_options\\":{","stream_options":{"include_usage":true}}',
    },
    {
      name: "and keeps keys that are given twice",
      body: '{"stream":false,"stream":true,"a":1,"a":2}',
      becomes: '{"stream_options":{"include_usage":true},"stream":false,"stream":true,"a":1,"a":2}',
    },
  ])("$name", ({ body, becomes }) => {
    expect(ask({ body })).toMatchObject({ text: becomes, hidesUsage: true });
  });

  test("bytes that are no UTF-8 stay what they are", () => {
    const body = Buffer.concat([
      Buffer.from('{"stream":true,"user":"'),
      Buffer.from([0xff, 0xc3, 0x28, 0xa0]),
      Buffer.from('","stream_options":{}}'),
    ]);
    const { bytes } = ask({ body });
    expect(bytes.toString("latin1")).toBe(body.toString("latin1").replace("{}}", '{"include_usage":true}}'));
  });

  test("for any body the result means the same but for the answer to one question, and the other bytes stay", () => {
    const options = fc.oneof(
      fc.constant(undefined),
      fc.constantFrom<unknown>(null, {}, { include_usage: false }, { include_usage: null }),
      fc.dictionary(
        fc.string().filter((name) => name !== "include_usage"),
        fc.jsonValue(),
        { maxKeys: 3 },
      ),
    );
    const others = fc.dictionary(
      fc.string().filter((name) => !knownFields.includes(name)),
      fc.jsonValue({ maxDepth: 4 }),
      { maxKeys: 5 },
    );
    const indent = fc.constantFrom(0, 1, "\t", "  ");
    fc.assert(
      fc.property(others, others, options, indent, (before, after, stream_options, indent) => {
        const original = {
          ...before,
          stream: true,
          ...(stream_options === undefined ? {} : { stream_options }),
          ...after,
        };
        const body = JSON.stringify(original, null, indent);
        const { text, hidesUsage } = ask({ body });
        expect(hidesUsage).toBe(true);
        expect(JSON.parse(text)).toEqual(
          JSON.parse(
            JSON.stringify({
              ...original,
              stream_options: { ...(stream_options as object | null), include_usage: true },
            }),
          ),
        );
        expect(lengthOutsideOfEdit(body, text)).toBeLessThanOrEqual('"stream_options":{"include_usage":true},'.length);
      }),
      { numRuns: 1_000 },
    );
  });
});

const knownFields = [
  "model",
  "stream",
  "background",
  "max_tokens",
  "max_completion_tokens",
  "max_output_tokens",
  "n",
  "best_of",
  "stream_options",
];

/** What lies between the longest common beginning and end of two texts, in the longer of them. */
function lengthOutsideOfEdit(before: string, after: string): number {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return Math.max(before.length, after.length) - head - tail;
}

describe("nothing is asked for", () => {
  const streamed = '{"model":"m","stream":true,"messages":[]}';
  test.each<Given & { why: string }>([
    { why: "where the client has asked", body: '{"stream":true,"stream_options":{"include_usage":true}}' },
    { why: "without a stream", body: '{"model":"m"}' },
    { why: "where stream is false", body: '{"stream":false,"stream_options":null}' },
    { why: "where stream is null", body: '{"stream":null}' },
    { why: "of the responses API", body: streamed, name: "responses" },
    { why: "of embeddings", body: streamed, name: "embeddings" },
    { why: "of Mistral", body: streamed, vendor: "mistral" },
    { why: "of Perplexity, which tells unasked", body: streamed, vendor: "perplexity" },
    { why: "of Gemini's OpenAI shape, which tells unasked", body: streamed, vendor: "gemini-openai" },
    { why: "of an old Azure", body: streamed, vendor: "azure-openai", query: "api-version=2023-05-15" },
    {
      why: "of its previews then",
      body: streamed,
      vendor: "azure-openai",
      query: "a=b&api-version=2024-08-01-preview",
    },
    { why: "of Azure with data sources", body: '{"stream":true,"data_sources":[{}]}', vendor: "azure-openai" },
  ])("$why", ({ why: _, ...given }) => {
    expect(ask(given)).toMatchObject({ isUnchanged: true, hidesUsage: false });
  });

  test.each(["2024-09-01-preview", "2024-10-21", "2025-04-01-preview", "preview", "latest", ""])(
    "but Azure's version %j is asked",
    (version) => {
      const given = { body: streamed, vendor: "azure-openai", query: version && `api-version=${version}` } as const;
      expect(ask(given)).toMatchObject({ isUnchanged: false, hidesUsage: true });
    },
  );

  const unasked = ["mistral", "perplexity", "gemini-openai", "anthropic", "gemini", "vertex"];
  test.each(vendors.filter((vendor) => !unasked.includes(vendor)))(
    "but %s is asked, for chat and completions",
    (vendor) => {
      for (const name of ["chat/completions", "completions"])
        expect(ask({ body: streamed, vendor, name })).toMatchObject({ isUnchanged: false, hidesUsage: true });
    },
  );
});
