import { expect, test } from "vitest";
import { jsonResponse } from "@/lib/http/respond";

function* pieces(...texts: (string | Error)[]): Generator<Buffer> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

test("JSON that is written in pieces arrives whole and in order", async () => {
  expect(await jsonResponse(pieces('{"a":', "1", "}")).json()).toEqual({ a: 1 });
});

test("what cannot be written from its beginning on is an error, and no answer that breaks off", () => {
  expect(() => jsonResponse(pieces(new Error("cannot be written")))).toThrow("cannot be written");
});
