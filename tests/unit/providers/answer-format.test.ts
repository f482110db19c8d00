import { expect, test } from "vitest";
import { requireReadableAnswer } from "@/lib/providers/answer-format";
import { gemini } from "@/lib/providers/gemini";
import type { Endpoint } from "@/lib/providers/types";

test.each([
  "fields=candidates",
  "alt=sse&$fields=candidates.content",
  "%66ields=candidates",
  "%24fields=candidates",
  "alt=proto",
  "alt=sse&alt=proto",
  "$alt=proto;enum-encoding=int",
  "%24alt=media",
  "ALT=proto",
  "alt=",
])("no answer is asked for whose use could not be read: ?%s", (query) => {
  expect(() => requireReadableAnswer(query)).toThrow(expect.objectContaining({ code: "invalid_request" }));
});

test.each([
  "",
  "alt=sse",
  "alt=json&prettyPrint=false",
  "$alt=json;enum-encoding=int",
  "%24alt=json%3Benum-encoding=int",
  "api-version=2024-10-21",
  "beta=true",
])("all others pass: ?%s", (query) => {
  expect(() => requireReadableAnswer(query)).not.toThrow();
});

test("an answer that comes in another format all the same is told to be unread, not to be empty", () => {
  const endpoint = gemini.findEndpoint("POST", "/v1beta/models/m:generateContent") as Endpoint;
  const read = (contentType: string) => {
    const headers = { "content-type": contentType };
    const reader = gemini.usageReader({ endpoint, vendor: "gemini", stream: false, headers });
    reader.push(Buffer.from("\u000a\u0005hello"));
    return reader.end().isUnreadable ?? false;
  };
  expect(read("application/x-protobuf")).toBe(true);
  expect(read("application/json; charset=UTF-8")).toBe(false);
});
