import { describe, expect, test } from "vitest";
import { openai } from "@/lib/providers/openai";
import type { Endpoint } from "@/lib/providers/types";

type Part = { name: string; value: string; file?: boolean };

const form = (...parts: Part[]) =>
  `${parts
    .map(
      ({ name, value, file }) =>
        `--b\r\nContent-Disposition: form-data; name="${name}"${file ? '; filename="a.bin"\r\nContent-Type: audio/mpeg' : ""}\r\n\r\n${value}\r\n`,
    )
    .join("")}--b--\r\n`;

const read = (name: string, body: string | Buffer, contentType = "multipart/form-data; boundary=b") =>
  openai.readRequest(openai.findEndpoint("POST", `/v1/${name}`) as Endpoint, Buffer.from(body), {
    vendor: "openai",
    contentType,
  });

const sound: Part = { name: "file", value: "x".repeat(50_000), file: true };
const model = { name: "model", value: "gpt-4o-transcribe" };

describe("a form", () => {
  test.each([
    { name: "fields before the file", body: form(model, { name: "stream", value: "true" }, sound) },
    { name: "fields behind the file", body: form(sound, { name: "stream", value: "true" }, model) },
  ])("is read with $name", ({ body }) => {
    expect(read("audio/transcriptions", body)).toMatchObject({
      model: "gpt-4o-transcribe",
      stream: true,
      outputBound: null,
    });
  });

  test("of sound reserves by the size of its file, where sound is counted in tokens", () => {
    const of = (name: string, size: number) =>
      read(name, form(model, { ...sound, value: "x".repeat(size) })).inputTokens;
    expect(of("audio/transcriptions", 1_000_000)).toBeGreaterThan(10 * of("audio/transcriptions", 50_000));
    expect(of("audio/translations", 1_000_000)).toBe(of("audio/translations", 50_000));
  });

  test("of pictures reserves for each that is asked for, by quality and size", () => {
    const ask = (...parts: Part[]) =>
      read("images/edits", form({ name: "image[]", value: "png", file: true }, ...parts)).outputBound;
    expect(
      ask({ name: "n", value: "3" }, { name: "quality", value: "low" }, { name: "size", value: "1024x1024" }),
    ).toBe(3 * 272);
    expect(ask()).toBe(6_240);
    expect(ask({ name: "model", value: "dall-e-2" })).toBe(0);
    expect(ask({ name: "partial_images", value: "2" }, { name: "quality", value: "low" })).toBe(408 + 200);
  });

  test("has the prompt as its text", () => {
    expect(read("images/edits", form({ name: "prompt", value: "a blue dog" })).text).toBe("a blue dog");
  });

  test.each([
    { name: "without a boundary", contentType: "multipart/form-data", body: form(model), says: /no boundary/ },
    {
      name: "with another boundary",
      contentType: "multipart/form-data; boundary=c",
      body: form(model),
      says: /something beside its parts/,
    },
    { name: "that is cut off", body: form(model).slice(0, -8), says: /before its last boundary/ },
    { name: "that is JSON", body: '{"model":"m"}', says: /something beside its parts/ },
    { name: "with a part without a name", body: "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--", says: /no name/ },
    { name: "with endless headers", body: `--b\r\n${"x".repeat(20_000)}`, says: /headers are too long/ },
    {
      name: "with endlessly many parts",
      body: form(...Array(1_001).fill({ name: "a", value: "" })),
      says: /too many parts/,
    },
    {
      name: "with a field of metering given twice",
      body: form(model, { name: "model", value: "gpt-5" }),
      says: /`model` is given more than once/,
    },
    {
      name: "whose field of metering is a file, which not every server tells from a field",
      body: form({ ...model, file: true }),
      says: /`model` must not be a file/,
    },
    { name: "with a wrong number", body: form(model, { name: "n", value: "many" }), says: /`n`/ },
  ])("$name is refused, and says why", ({ body, contentType, says }) => {
    expect(() => read("audio/transcriptions", body, contentType)).toThrow(
      expect.objectContaining({ code: "invalid_request", message: expect.stringMatching(says) as unknown }),
    );
  });

  test("is refused where JSON is taken, and JSON where a form is", () => {
    expect(() => read("chat/completions", form(model))).toThrow(/takes a JSON object/);
    expect(() => read("audio/transcriptions", "sound", "application/json")).toThrow(/not valid JSON/);
  });
});

describe("JSON for pictures and speech", () => {
  const json = (name: string, body: object) => read(name, JSON.stringify(body), "application/json");

  test("pictures are reserved by number, quality and size", () => {
    expect(
      json("images/generations", { model: "gpt-image-1", prompt: "a dog", n: 2, quality: "medium" }),
    ).toMatchObject({
      model: "gpt-image-1",
      stream: false,
      outputBound: 2 * 1_584,
      text: "a dog",
    });
    expect(json("images/generations", { model: "dall-e-3", prompt: "a dog" }).outputBound).toBe(0);
  });

  test("speech is passed on as it comes, and has its text as input", () => {
    expect(json("audio/speech", { model: "tts-1", input: "Hello.", voice: "alloy" })).toMatchObject({
      stream: true,
      outputBound: 0,
      text: "Hello.",
    });
  });
});

describe("llama.cpp's name for the bound", () => {
  const ask = (vendor: "llama-cpp" | "openai", body: object, name = "chat/completions") =>
    openai.readRequest({ name, kind: "metered" }, Buffer.from(JSON.stringify(body)), { vendor, contentType: null })
      .outputBound;

  test("counts at servers of one's own, and room is kept for the larger of two", () => {
    expect(ask("llama-cpp", { n_predict: 30 })).toBe(30);
    expect(ask("llama-cpp", { n_predict: 30, max_tokens: 50 })).toBe(50);
    expect(ask("llama-cpp", { n_predict: 30, n: 2 })).toBe(60);
    expect(ask("llama-cpp", { n_predict: -1, max_tokens: 50 })).toBeNull();
    expect(ask("llama-cpp", { prompt: "a" }, "completions")).toBeNull();
  });

  test("is no bound where it is not known", () => {
    expect(ask("openai", { n_predict: 30 })).toBeNull();
    // Servers of one's own take a negative bound for none; with any other it is a mistake.
    expect(ask("llama-cpp", { max_tokens: -1, max_completion_tokens: 20 })).toBeNull();
    expect(() => ask("openai", { max_tokens: -1 })).toThrow("`max_tokens`");
    expect(ask("openai", { n_predict: 30, max_tokens: 50 })).toBe(50);
    expect(ask("openai", { prompt: "a", n_predict: 1 }, "completions")).toBe(16);
  });
});
