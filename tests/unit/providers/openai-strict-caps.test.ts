import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openaiStrict } from "@/lib/providers/openai-strict";
import type { Endpoint } from "@/lib/providers/types";
import type { Vendor } from "@/lib/providers/vendors";

const endpoint = (name: string): Endpoint => ({ name, kind: "metered" });

const cap = (name: string, body: string, answerTokens: number, vendor: Vendor = "openai", query = "") =>
  openaiStrict
    .capAnswers({ endpoint: endpoint(name), body: Buffer.from(body, "latin1"), vendor, query, answerTokens })
    .toString("latin1");

describe("the cap that is sent", () => {
  test.each([
    {
      name: "is put in where there is none",
      endpoint: "chat/completions",
      body: '{"messages":[]}',
      sent: '{"max_completion_tokens":7,"messages":[]}',
    },
    {
      name: "has the older name for other hosts",
      endpoint: "chat/completions",
      vendor: "mistral",
      body: '{"messages":[]}',
      sent: '{"max_tokens":7,"messages":[]}',
    },
    {
      name: "takes the place of a null",
      endpoint: "responses",
      body: '{ "max_output_tokens": null }',
      sent: '{ "max_output_tokens": 7 }',
    },
    {
      name: "leaves a null of the other name",
      endpoint: "chat/completions",
      body: '{"max_tokens":null}',
      sent: '{"max_completion_tokens":7,"max_tokens":null}',
    },
    {
      name: "stays where it is low enough",
      endpoint: "completions",
      body: '{"max_tokens" : 7.0}',
      sent: '{"max_tokens" : 7.0}',
    },
    {
      name: "is lowered under both names",
      endpoint: "chat/completions",
      body: '{"max_tokens":1e9,"max_completion_tokens":8}',
      sent: '{"max_tokens":7,"max_completion_tokens":7}',
    },
    {
      name: "is found under an escaped name",
      endpoint: "completions",
      body: '{"max\\u005ftokens":9}',
      sent: '{"max\\u005ftokens":7}',
    },
    {
      name: "is not looked for in what is nested",
      endpoint: "completions",
      body: '{"prompt":"{\\"max_tokens\\":9}","x":{"max_tokens":9}}',
      sent: '{"max_tokens":7,"prompt":"{\\"max_tokens\\":9}","x":{"max_tokens":9}}',
    },
    {
      name: "also bounds what llama.cpp puts before it",
      endpoint: "completions",
      vendor: "llama-cpp",
      body: '{"n_predict":-1}',
      sent: '{"max_tokens":7,"n_predict":7}',
    },
    { name: "is none for embeddings", endpoint: "embeddings", body: '{"input":"hi"}', sent: '{"input":"hi"}' },
  ] as { name: string; endpoint: string; vendor?: Vendor; body: string; sent: string }[])(
    "$name",
    ({ endpoint, vendor, body, sent }) => {
      expect(cap(endpoint, body, 7, vendor)).toBe(sent);
    },
  );

  test("is all that differs from any body that the client wrote", () => {
    const spaced = fc.record({
      body: fc.dictionary(fc.string(), fc.jsonValue()),
      cap: fc.option(fc.nat(20), { nil: undefined }),
      indent: fc.nat(3),
      below: fc.nat(20),
    });
    fc.assert(
      fc.property(spaced, ({ body, cap: given, indent, below }) => {
        const { max_tokens: _, max_completion_tokens: __, n_predict: ___, ...rest } = body as Record<string, unknown>;
        const written = JSON.stringify(
          given === undefined ? rest : { ...rest, max_completion_tokens: given },
          null,
          indent,
        );
        const sent = Buffer.from(
          cap("chat/completions", Buffer.from(written).toString("latin1"), below),
          "latin1",
        ).toString();
        expect(JSON.parse(sent)).toEqual({
          ...JSON.parse(written),
          max_completion_tokens: Math.min(given ?? below, below),
        });
        const without = (text: string) => text.replace(/"max_completion_tokens":\s*\d+,?/, "");
        if (given !== undefined) expect(without(sent)).toBe(without(written));
      }),
    );
  });
});

test("the cap has the older name where an old Azure knows no other", () => {
  const capped = (query: string) => cap("chat/completions", "{}", 7, "azure-openai", query);
  expect(capped("api-version=2024-06-01")).toBe('{"max_tokens":7}');
  expect(capped("api-version=2024-10-21")).toBe('{"max_completion_tokens":7}');
});
