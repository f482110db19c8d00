import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { openaiStrict } from "@/lib/providers/openai-strict";
import type { Vendor } from "@/lib/providers/vendors";

type Given = { body: object | string; contentType?: string; vendor?: Vendor };

function boundsOf(name: string, { body, contentType = "application/json", vendor = "openai" }: Given) {
  return openaiStrict.boundsOf({
    endpoint: { name, kind: "metered" },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    vendor,
    contentType,
  });
}

const picture = { model: "gpt-image-1", prompt: "A red circle", quality: "low", size: "1024x1024" };
const none = { inputTokens: 0, answers: 0, answerTokens: 0, leastAnswerTokens: 0 };

/** A form of these fields and a picture. */
function form(fields: [name: string, value: string][], files = ["image"]): Given {
  const part = (head: string, value: string) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`;
  const parts = [
    ...fields.map(([name, value]) => part(`name="${name}"`, value)),
    ...files.map((name) => part(`name="${name}"; filename="a.png"`, "\x89PNG".repeat(90_000))),
  ];
  return { body: `${parts.join("")}--b--\r\n`, contentType: "multipart/form-data; boundary=b" };
}

const edit: [string, string][] = [
  ["model", "gpt-image-1-mini"],
  ["prompt", "Make it blue"],
];

describe("pictures come to what OpenAI's table says of their quality and size", () => {
  test.each([
    { name: "low", body: picture, answers: 1, tokens: 272 },
    { name: "oblong", body: { ...picture, size: "1536x1024" }, answers: 1, tokens: 408 },
    { name: "of any quality", body: { ...picture, quality: "auto" }, answers: 1, tokens: 4_160 },
    { name: "of any size", body: { model: "gpt-image-1-mini", prompt: "A circle" }, answers: 1, tokens: 6_240 },
    { name: "several", body: { ...picture, n: 4 }, answers: 4, tokens: 272 },
    { name: "with previews", body: { ...picture, stream: true, partial_images: 3 }, answers: 1, tokens: 572 },
  ])("$name", ({ body, answers, tokens }) => {
    expect(boundsOf("images/generations", { body })).toEqual({
      inputTokens: JSON.stringify(body).length,
      answers,
      answerTokens: tokens,
      leastAnswerTokens: tokens,
    });
  });

  test("also where others are edited in a form, whose files count as the dearest, whatever their bytes", () => {
    const bounds = boundsOf("images/edits", form([...edit, ["n", "2"]], ["image[]", "image[]", "mask"]));
    expect(bounds).toMatchObject({ answers: 2, answerTokens: 6_240, leastAnswerTokens: 6_240 });
    expect(bounds.inputTokens).toBeGreaterThan(150_000);
    expect(bounds.inputTokens).toBeLessThan(155_000);
  });

  test("and are no tokens where the model tells none", () => {
    expect(boundsOf("images/generations", { body: { model: "dall-e-3", prompt: "A circle" } })).toEqual(none);
  });

  test("whatever is asked for: each comes to no less than the table says, and is sent as it was asked for", () => {
    const table = { low: [272, 408, 400], medium: [1_056, 1_584, 1_568], high: [4_160, 6_240, 6_208] } as const;
    const sizes = ["1024x1024", "1024x1536", "1536x1024"];
    const asked = fc.record({
      quality: fc.constantFrom("low" as const, "medium" as const, "high" as const),
      size: fc.nat({ max: 2 }),
      isTold: fc.boolean(),
      n: fc.option(fc.nat({ max: 10 })),
      partial: fc.option(fc.nat({ max: 3 })),
      prompt: fc.string({ unit: "grapheme" }),
    });
    fc.assert(
      fc.property(asked, ({ quality, size, isTold, n, partial, prompt }) => {
        const told = isTold ? { quality, size: sizes[size] } : {};
        const body = { model: "gpt-image-1", prompt, n, partial_images: partial, ...told };
        const bounds = boundsOf("images/generations", { body });
        const used = Math.max(1, n ?? 1) * ((table[quality][size] as number) + 100 * (partial ?? 0));
        expect(bounds.answers * bounds.leastAnswerTokens).toBeGreaterThanOrEqual(used);
        expect(bounds.inputTokens).toBeGreaterThanOrEqual(Buffer.byteLength(prompt));
        const sent = Buffer.from(JSON.stringify(body));
        const capped = openaiStrict.capAnswers({
          endpoint: { name: "images/generations", kind: "metered" },
          body: sent,
          vendor: "openai",
          query: "",
          answerTokens: bounds.leastAnswerTokens,
        });
        expect(capped).toBe(sent);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("sound is a request alone where its answer tells no tokens", () => {
  test("speech that is sent as sound", () => {
    expect(boundsOf("audio/speech", { body: { model: "tts-1", input: "Hello", voice: "alloy" } })).toEqual(none);
  });

  test("a translation", () => {
    expect(boundsOf("audio/translations", form([["model", "whisper-1"]], ["file"]))).toEqual(none);
  });
});

test.each([
  { name: "a model of another table", endpoint: "images/generations", body: { ...picture, model: "gpt-image-2" } },
  { name: "no model", endpoint: "images/generations", body: { prompt: "A circle" } },
  { name: "more than can be asked for", endpoint: "images/generations", body: { ...picture, n: 11 } },
  { name: "more previews", endpoint: "images/generations", body: { ...picture, partial_images: 4 } },
  { name: "a field that is not known", endpoint: "images/generations", body: { ...picture, style_reference: "x" } },
  { name: "another vendor", endpoint: "images/generations", body: picture, vendor: "xai" as const },
  { name: "pictures by their ids", endpoint: "images/edits", body: { ...picture, images: [{ file_id: "f" }] } },
  { name: "a field that is given twice", endpoint: "images/edits", ...form([...edit, ["prompt", "x"]]) },
  { name: "a field of a form", endpoint: "images/edits", ...form([...edit, ["reference", "x"]]) },
  { name: "half a picture", endpoint: "images/edits", ...form([...edit, ["n", "0.5"]]) },
  { name: "speech as events", endpoint: "audio/speech", body: { model: "gpt-4o-mini-tts", stream_format: "sse" } },
  { name: "a translation by another model", endpoint: "audio/translations", ...form([["model", "x"]], ["file"]) },
  { name: "a transcription", endpoint: "audio/transcriptions", ...form([["model", "whisper-1"]], ["file"]) },
])("$name is refused, which says why and what to do", ({ endpoint, ...given }) => {
  let refusal: unknown = null;
  try {
    boundsOf(endpoint, given);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(AppError);
  expect((refusal as AppError).message).toMatch(/plan is strict.*They are not with .+\. (Leave|Send|Use|Of) /);
});
