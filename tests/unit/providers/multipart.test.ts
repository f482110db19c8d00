import { describe, expect, test } from "vitest";
import { boundaryOf, MultipartReader } from "@/lib/providers/multipart";

const field = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const partWith = (headers: string) => `--b\r\n${headers}\r\n\r\nallowed\r\n--b--\r\n`;

function read(body: string, pieceLength = body.length) {
  const reader = new MultipartReader(boundaryOf("multipart/form-data; boundary=b"));
  for (let at = 0; at < body.length; at += pieceLength)
    reader.push(Buffer.from(body.slice(at, at + pieceLength), "latin1"));
  return reader.end();
}

describe("a form is read as its provider reads it", () => {
  test("whatever makes it: what a runtime of the web writes is read as what was put in", async () => {
    const given = new FormData();
    given.append("model", "gpt-4o-transcribe");
    given.append("prompt", 'quotes ", line\r\n--ends and ünï');
    given.append("empty", "");
    given.append("file", new File([Buffer.alloc(70_000, "\r\n-")], 'a "b";.mp3', { type: "audio/mpeg" }));
    const request = new Request("http://x", { method: "POST", body: given });
    const body = Buffer.from(await request.arrayBuffer());
    for (const pieceLength of [1, 7, 1_000, body.length]) {
      const reader = new MultipartReader(boundaryOf(request.headers.get("content-type")));
      for (let at = 0; at < body.length; at += pieceLength) reader.push(body.subarray(at, at + pieceLength));
      expect(reader.end()).toEqual({
        fields: new Map([
          ["model", ["gpt-4o-transcribe"]],
          ["prompt", ['quotes ", line\r\n--ends and ünï']],
          ["empty", [""]],
        ]),
        files: [{ name: "file", size: 70_000 }],
      });
    }
  });

  test.each([
    { name: "names without quotes", headers: "Content-Disposition: form-data; name=model" },
    { name: "names of headers in other letters", headers: 'CONTENT-DISPOSITION: form-data; NAME="model";' },
    {
      name: "headers beside it",
      headers:
        'Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name="model"\r\nContent-Length: 7',
    },
    {
      name: "an encoding that is none",
      headers: 'Content-Disposition: form-data; name="model"\r\nContent-Transfer-Encoding: 8bit',
    },
  ])("with $name", ({ headers }) => {
    expect(read(partWith(headers)).fields).toEqual(new Map([["model", ["allowed"]]]));
  });

  test("with line ends around it", () => {
    expect(read(`\r\n${field("model", "allowed")}--b--\r\n\r\n`).fields.get("model")).toEqual(["allowed"]);
  });
});

/** One server goes by the first of two, another by the last; one decodes what another takes as it is. */
describe("a form of which two readings are possible is refused", () => {
  const allowed = field("model", "allowed");
  const other = field("model", "other");

  test.each([
    { name: "line feeds for line ends", body: `${other.replaceAll("\r\n", "\n")}--b--\n${allowed}--b--\r\n` },
    { name: "a line feed alone before a boundary", body: `${field("x", `y\n${other}`)}${allowed}--b--\r\n` },
    { name: "blanks behind a boundary", body: `${field("x", "y")}${other.replace("--b", "--b ")}${allowed}--b--\r\n` },
    { name: "a line that begins with its boundary", body: `${field("x", `y\r\n--boundary`)}${allowed}--b--\r\n` },
    { name: "an end that goes on", body: `${allowed}--b--x\r\n${other}--b--\r\n` },
    { name: "something behind its end", body: `${allowed}--b--\r\n${other}--b--\r\n` },
    { name: "something before its beginning", body: `x\r\n${allowed}--b--\r\n` },
    {
      name: "a part that ends where it begins",
      body: `--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n${other}--b--\r\n`,
    },
    {
      name: "a name of another writing",
      body: partWith(`Content-Disposition: form-data; name="x"; name*=utf-8''model`),
    },
    { name: "a name in pieces", body: partWith('Content-Disposition: form-data; name*0="mo"; name*1="del"') },
    { name: "two names", body: partWith('Content-Disposition: form-data; name="x"; name="model"') },
    { name: "an escape in a name", body: partWith('Content-Disposition: form-data; name="mo\\del"') },
    { name: "a name that is not closed", body: partWith('Content-Disposition: form-data; name="model') },
    {
      name: "two dispositions",
      body: partWith('Content-Disposition: form-data; name="x"\r\nContent-Disposition: form-data; name="model"'),
    },
    { name: "folded headers", body: partWith('Content-Disposition: form-data;\r\n name="model"') },
    { name: "a line feed in its headers", body: partWith('X: y\nContent-Disposition: form-data; name="model"') },
    {
      name: "a field that is encoded",
      body: partWith('Content-Disposition: form-data; name="model"\r\nContent-Transfer-Encoding: quoted-printable'),
    },
  ])("with $name", ({ body }) => {
    for (const pieceLength of [1, 5, body.length])
      expect(() => read(body, pieceLength)).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });

  test.each([
    "multipart/form-data; boundary=b; boundary=c",
    "multipart/form-data; boundary*=utf-8''c; boundary=b",
    'multipart/form-data; boundary="b\\c"',
    'multipart/form-data; boundary="b "',
    "multipart/form-data; boundary=b\u00e9",
    `multipart/form-data; boundary=${"b".repeat(71)}`,
    "multipart/form-data; boundary=",
  ])("with the content type %s", (contentType) => {
    expect(() => boundaryOf(contentType)).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });
});
