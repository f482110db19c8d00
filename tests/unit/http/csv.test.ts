import { expect, test } from "vitest";
import { csvResponse, lineOf } from "@/lib/http/csv";

test.each([
  ["plain", "plain"],
  ["Müller, Söhne", '"Müller, Söhne"'],
  ['say "hi"', '"say ""hi"""'],
  ["two\nlines", '"two\nlines"'],
  ["=1+1", "'=1+1"],
  ["+49 30", "'+49 30"],
  ["-site", "'-site"],
  ["@user", "'@user"],
  [" =1+1", "' =1+1"],
  ["|calc", "'|calc"],
  ["\tcmd", "'\tcmd"],
  ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
  [-5, "-5"],
  [null, ""],
  [false, "false"],
])("%j is written as %j: whole, and never a formula", (cell, written) => {
  expect(lineOf([cell])).toBe(`${written}\r\n`);
});

test("a file begins with the names of its columns and has one line a row", async () => {
  const response = csvResponse("use.csv", ["name", "calls"], [{ name: "shop", calls: 1 }]);
  expect(await response.text()).toBe("name,calls\r\nshop,1\r\n");
  expect(response.headers.get("content-disposition")).toContain('filename="use.csv"');
});

test("a file says that it is in UTF-8, as Excel takes it for something else otherwise", async () => {
  const bytes = await csvResponse("use.csv", ["name"], [{ name: "Käse" }]).bytes();
  expect(bytes.slice(0, 3)).toEqual(Uint8Array.of(0xef, 0xbb, 0xbf));
  expect(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)).toBe("\uFEFFname\r\nKäse\r\n");
});

test("rows are read as the file is taken, and no longer once its reader leaves", async () => {
  let made = 0;
  let isClosed = false;
  async function* rows() {
    try {
      for (; ; made += 1) yield { name: "x".repeat(1_000) };
    } finally {
      isClosed = true;
    }
  }
  const reader = csvResponse("use.csv", ["name"], rows()).body?.getReader();
  await reader?.read();
  expect(made).toBeLessThan(200);
  await reader?.cancel();
  expect(isClosed).toBe(true);
});

test("a failure while it is read breaks the file off, so that part of it never looks like all of it", async () => {
  async function* rows() {
    yield { name: "first" };
    throw new Error("the database is away");
  }
  await expect(csvResponse("use.csv", ["name"], rows()).text()).rejects.toThrow();
});
