import { describe, expect, test } from "vitest";
import { gemini } from "@/lib/providers/gemini";
import { openai } from "@/lib/providers/openai";
import type { Dialect } from "@/lib/providers/types";
import { events } from "./answers";

function mediaIn(dialect: Dialect, body: string, contentType = "application/json") {
  const reader = dialect.usageReader({
    endpoint: { name: "chat/completions", kind: "metered" },
    vendor: "openai",
    stream: contentType !== "application/json",
    headers: { "content-type": contentType },
  });
  reader.push(Buffer.from(body));
  return reader.end().media;
}

const plain = (dialect: Dialect, body: object) => mediaIn(dialect, JSON.stringify(body));

describe("tokens that are no text, which may have a price of their own", () => {
  test.each([
    {
      name: "the sound of a chat",
      dialect: openai,
      answer: {
        choices: [],
        usage: {
          prompt_tokens: 90,
          prompt_tokens_details: { audio_tokens: 40, cached_tokens: 0 },
          completion_tokens: 60,
          completion_tokens_details: { audio_tokens: 50, text_tokens: 10 },
        },
      },
      media: { audio: { input: 40, cached: 0, output: 50 } },
    },
    {
      name: "the sound of a transcription",
      dialect: openai,
      answer: { text: "hi", usage: { input_tokens: 30, input_token_details: { audio_tokens: 25 }, output_tokens: 4 } },
      media: { audio: { input: 25, cached: 0, output: 0 } },
    },
    {
      name: "pictures that are edited",
      dialect: openai,
      answer: {
        data: [],
        usage: {
          input_tokens: 400,
          input_tokens_details: { image_tokens: 390, text_tokens: 10 },
          output_tokens: 272,
          output_tokens_details: { image_tokens: 272 },
        },
      },
      media: { image: { input: 390, cached: 0, output: 272 } },
    },
    {
      name: "what Gemini tells by modality",
      dialect: gemini,
      answer: {
        usageMetadata: {
          promptTokenCount: 900,
          promptTokensDetails: [
            { modality: "TEXT", tokenCount: 100 },
            { modality: "AUDIO", tokenCount: 500 },
            { modality: "VIDEO", tokenCount: 300 },
          ],
          cachedContentTokenCount: 200,
          cacheTokensDetails: [{ modality: "AUDIO", tokenCount: 200 }],
          candidatesTokenCount: 1_300,
          candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 1_290 }],
        },
      },
      media: {
        audio: { input: 500, cached: 200, output: 0 },
        image: { input: 0, cached: 0, output: 1_290 },
        video: { input: 300, cached: 0, output: 0 },
      },
    },
    {
      name: "the same by number",
      dialect: gemini,
      answer: { usageMetadata: { promptTokenCount: 9, promptTokensDetails: [{ modality: 4, tokenCount: 8 }] } },
      media: { audio: { input: 8, cached: 0, output: 0 } },
    },
  ])("$name", ({ dialect, answer, media }) => {
    expect(plain(dialect, answer)).toEqual(media);
  });

  test("are those of a stream's last usage that tells them", () => {
    const chunk = (audio_tokens: number) => ({
      choices: [],
      usage: { prompt_tokens: 9, completion_tokens: audio_tokens, completion_tokens_details: { audio_tokens } },
    });
    expect(mediaIn(openai, events(chunk(3), chunk(7)), "text/event-stream")).toEqual({
      audio: { input: 0, cached: 0, output: 7 },
    });
  });

  test("are not told of where all is text", () => {
    const usage = { prompt_tokens: 9, prompt_tokens_details: { audio_tokens: 0 }, completion_tokens: 1 };
    expect(plain(openai, { choices: [], usage })).toBeUndefined();
    const usageMetadata = { promptTokenCount: 9, promptTokensDetails: [{ modality: "TEXT", tokenCount: 9 }] };
    expect(plain(gemini, { usageMetadata })).toBeUndefined();
  });
});
