import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { api, callRoute } from "../../api";
import { useDatabase } from "../../database";

useDatabase();

const path = "/api/admin/settings/logo";
const show = (query = "") => callRoute("GET", `/api/logo${query}`, { as: "nobody" });

async function put(bytes: Buffer): Promise<{ status: number; message: string }> {
  const response = await callRoute("PUT", path, { body: bytes });
  const text = await response.text();
  return { status: response.status, message: text === "" ? "" : JSON.parse(text).error.message };
}

test("a picture is shown to everybody as what it is, and may be kept under its own address alone", async () => {
  expect((await show()).status).toBe(404);
  const picture = png(40, 20);
  expect((await put(picture)).status).toBe(204);
  const shown = await show();
  expect(Object.fromEntries(shown.headers)).toMatchObject({
    "content-type": "image/png",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  expect(Buffer.from(await shown.arrayBuffer())).toEqual(picture);
  expect((await show("?v=another")).headers.get("cache-control")).toBe("no-store");

  expect((await api("DELETE", path)).status).toBe(204);
  expect((await show()).status).toBe(404);
});

test("the audit trail tells which picture was there and which is, and not the pictures", async () => {
  for (const width of [10, 20]) expect((await put(png(width, 10))).status).toBe(204);
  expect((await api("DELETE", path)).status).toBe(204);

  const { body } = await api("GET", "/api/admin/audit?target=settings&limit=3");
  const [removed, replaced, shown] = body.items;
  const picture = expect.stringMatching(/^image\/png [0-9a-f]{16}$/);
  expect(shown).toMatchObject({ action: "settings.updated", before: { logo: null }, after: { logo: picture } });
  expect(replaced).toMatchObject({ before: shown.after, after: { logo: picture } });
  expect(replaced.after).not.toEqual(replaced.before);
  expect(removed).toMatchObject({ before: replaced.after, after: { logo: null } });
});

test.each([
  {
    name: "a drawing, which can hold scripts",
    bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
  },
  { name: "a page", bytes: Buffer.from("<!doctype html><script>alert(1)</script>") },
  { name: "an animation of another kind", bytes: Buffer.from("GIF89a\x01\0\x01\0\0\0\0;", "latin1") },
  { name: "nothing", bytes: Buffer.alloc(0) },
  { name: "the beginning of a picture", bytes: Buffer.from("\x89PNG\r\n", "latin1") },
  { name: "a picture of a great many pixels", bytes: () => png(2_001, 1) },
])("$name is refused", async ({ bytes }) => {
  expect((await put(typeof bytes === "function" ? bytes() : bytes)).status).toBe(400);
  expect((await show()).status).toBe(404);
});

test("more than 256 KB is refused", async () => {
  expect((await put(Buffer.concat([png(4, 4), Buffer.alloc(256 * 1024)]))).status).toBe(413);
});

/** A black picture. */
function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((width + 1) * height));
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}
