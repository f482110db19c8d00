import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { failureAnswer, failureOf } from "@/lib/gateway/failure";
import { readBody, readNodeBody } from "@/lib/gateway/read-body";
import { anthropicErrorBody, geminiErrorBody, openaiErrorBody } from "@/lib/providers/error-bodies";
import { LargeBody } from "@/lib/providers/large-body";
import { openai } from "@/lib/providers/openai";

describe("a failure", () => {
  test.each([
    {
      error: new AppError("invalid_request", "Say more."),
      failure: { status: 400, code: "invalid_request", message: "Say more." },
    },
    {
      error: new AppError("too_large", "Too large."),
      failure: { status: 413, code: "request_too_large", message: "Too large." },
    },
    {
      error: new AppError("unavailable", "Later."),
      failure: { status: 503, code: "unavailable", message: "Later.", retryAfterSeconds: 2 },
    },
    {
      error: new AppError("unavailable", "Later.", { retryAfterSeconds: 9 }),
      failure: { status: 503, retryAfterSeconds: 9 },
    },
  ])("that was named is told as such: $failure.code", ({ error, failure }) => {
    expect(failureOf(error)).toMatchObject(failure);
  });

  test.each([new Error("secret detail"), new AppError("not_found", "secret detail"), "secret detail", null, undefined])(
    "that was not named shows no detail: %s",
    (error) => {
      const failure = failureOf(error);
      expect(failure).toMatchObject({ status: 500, code: "internal" });
      expect(JSON.stringify(failure)).not.toContain("secret detail");
    },
  );

  test("is answered in the caller's dialect, with its id, its length and the time to wait", () => {
    const failure = {
      status: 429,
      code: "rate_limit_exceeded",
      message: "Später.",
      retryAfterSeconds: 7,
      headers: { "x-should-retry": "false" },
    } as const;
    const { status, headers, body } = failureAnswer({ failure, dialect: openai, requestId: "id" });
    expect(status).toBe(429);
    expect(headers).toEqual({
      "content-type": "application/json",
      "content-length": String((body as Buffer).length),
      "x-request-id": "id",
      "retry-after": "7",
      "x-should-retry": "false",
    });
    expect(JSON.parse(String(body))).toMatchObject({
      error: { message: "Später.", code: "rate_limit_exceeded" },
      request_id: "id",
    });
  });

  test("without a time to wait tells none", () => {
    expect(
      failureAnswer({
        failure: { status: 401, code: "invalid_api_key", message: "No." },
        dialect: openai,
        requestId: "id",
      }).headers,
    ).not.toHaveProperty("retry-after");
  });
});

describe("the words of each dialect", () => {
  const failure = { message: "You exceeded your current quota: …", requestId: "id", retryAfterSeconds: null };

  test.each([
    [400, "invalid_request", "invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"],
    [401, "invalid_api_key", "authentication_error", "authentication_error", "UNAUTHENTICATED"],
    [402, "insufficient_quota", "insufficient_quota", "billing_error", "RESOURCE_EXHAUSTED"],
    [403, "model_not_allowed", "permission_error", "permission_error", "PERMISSION_DENIED"],
    [404, "unknown_endpoint", "not_found_error", "not_found_error", "NOT_FOUND"],
    [413, "request_too_large", "invalid_request_error", "request_too_large", "INVALID_ARGUMENT"],
    [429, "insufficient_quota", "insufficient_quota", "rate_limit_error", "RESOURCE_EXHAUSTED"],
    [429, "rate_limit_exceeded", "rate_limit_error", "rate_limit_error", "RESOURCE_EXHAUSTED"],
    [500, "internal", "server_error", "api_error", "INTERNAL"],
    [502, "upstream_unreachable", "server_error", "api_error", "UNAVAILABLE"],
    [503, "unavailable", "server_error", "overloaded_error", "UNAVAILABLE"],
    [504, "upstream_timeout", "server_error", "timeout_error", "DEADLINE_EXCEEDED"],
    [418, "teapot", "invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"],
  ])("%i %s", (status, code, openaiType, anthropicType, geminiStatus) => {
    const given = { ...failure, status, code };
    expect(openaiErrorBody(given)).toEqual({
      error: { message: failure.message, type: openaiType, param: null, code },
      request_id: "id",
    });
    expect(anthropicErrorBody(given)).toEqual({
      type: "error",
      error: { type: anthropicType, message: failure.message, code },
      request_id: "id",
    });
    expect(geminiErrorBody(given)).toMatchObject({
      error: {
        code: status,
        message: failure.message,
        status: geminiStatus,
        details: [{ reason: code.toUpperCase(), metadata: { requestId: "id" } }],
      },
    });
  });

  test("Gemini's tells the time to wait in its details, only where there is one", () => {
    const given = { ...failure, status: 429, code: "rate_limit_exceeded" };
    expect(JSON.stringify(geminiErrorBody({ ...given, retryAfterSeconds: 7 }))).toContain('"retryDelay":"7s"');
    expect(JSON.stringify(geminiErrorBody(given))).not.toContain("retryDelay");
  });
});

describe("a request's body", () => {
  const most = 25 * 1024 * 1024;
  async function* chunks(...sizes: number[]) {
    for (const size of sizes) yield Buffer.alloc(size, "a");
  }
  const reading = { tenantId: "tenant", reader: () => null };
  type Given = { chunks?: AsyncIterable<Uint8Array>; contentLength?: string; contentEncoding?: string };
  const viaWeb = ({ chunks: given = chunks(3, 0, 4), contentLength, contentEncoding }: Given) =>
    readBody(given, { contentLength, contentEncoding }, reading);
  const viaNode = ({ chunks: given = chunks(3, 0, 4), contentLength, contentEncoding }: Given) => {
    const request = Readable.from(given, { objectMode: false });
    const headers = { "content-length": contentLength, "content-encoding": contentEncoding };
    return readNodeBody(Object.assign(request, { headers }) as unknown as IncomingMessage, reading);
  };

  describe.each([
    { lane: "portable", read: viaWeb },
    { lane: "fast", read: viaNode },
  ])("of the $lane lane", ({ read }) => {
    test("is read to its end, as it came", async () => {
      expect((await read({})).toString()).toBe("aaaaaaa");
      expect((await read({ chunks: chunks(), contentEncoding: "identity" })).length).toBe(0);
      const largest = await read({ chunks: chunks(most) });
      expect(largest.length).toBe(most);
      if (largest instanceof LargeBody) largest.release();
    });

    test("is refused as soon as it is known to be too large", async () => {
      let wasRead = false;
      async function* unread() {
        wasRead = true;
        yield Buffer.alloc(1);
      }
      await expect(read({ chunks: unread(), contentLength: String(most + 1) })).rejects.toMatchObject({
        code: "too_large",
      });
      expect(wasRead).toBe(false);
      await expect(read({ chunks: chunks(most, 1), contentLength: "5" })).rejects.toMatchObject({ code: "too_large" });
    });

    test.each(["gzip", "br", "GZIP"])(
      "is refused when it is compressed (%s), since its use could not be metered",
      async (contentEncoding) => {
        await expect(read({ contentEncoding })).rejects.toMatchObject({ code: "invalid_request" });
      },
    );

    test("that ends before its time is the client's failure", async () => {
      async function* broken() {
        yield Buffer.alloc(1);
        throw new Error("aborted");
      }
      await expect(read({ chunks: broken() })).rejects.toMatchObject({ code: "invalid_request" });
    });
  });
});
