import { afterEach, describe, expect, test, vi } from "vitest";
import { Upload } from "@/lib/gateway/upload";
import { LargeBody } from "@/lib/providers/large-body";
import type { RequestBody } from "@/lib/providers/request-body";

const megabyte = 1024 * 1024;
vi.hoisted(() => {
  process.env.SLUICE_UPLOAD_SPACE_MB = "200";
});
const open: Upload[] = [];
const left: LargeBody[] = [];

function begin(tenantId: string): Upload {
  const upload = new Upload({
    mostBytes: 25 * megabyte,
    announcedBytes: 0,
    reading: { tenantId, reader: () => null },
  });
  open.push(upload);
  return upload;
}

function ended(upload: Upload): RequestBody {
  open.splice(open.indexOf(upload), 1);
  const body = upload.end();
  if (body instanceof LargeBody) left.push(body);
  return body;
}

afterEach(() => {
  for (const upload of open.splice(0)) upload.discard();
  for (const body of left.splice(0)) body.release();
});

describe("uploads that are coming, however slowly", () => {
  test("hold little memory all together: where there are many, small ones are kept on disk as well", async () => {
    const piece = Buffer.alloc(250_000, "a");
    const many = Array.from({ length: 400 }, () => begin("many"));
    for (const upload of many) await upload.push(piece);
    const bodies = many.map(ended);
    const inMemory = bodies.filter(Buffer.isBuffer);
    expect(inMemory.length * piece.length).toBeLessThanOrEqual(64 * megabyte);
    expect(inMemory.length * piece.length).toBeGreaterThan(60 * megabyte);
    for (const body of bodies) expect(body.length).toBe(piece.length);

    // Those have ended: there is room in memory again.
    const next = begin("many");
    await next.push(piece);
    expect(Buffer.isBuffer(ended(next))).toBe(true);
  });

  test("what is discarded holds nothing any more", async () => {
    const piece = Buffer.alloc(250_000, "a");
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 250; index++) await begin("leaving").push(piece);
      for (const upload of open.splice(0)) upload.discard();
    }
    const next = begin("leaving");
    await next.push(piece);
    expect(Buffer.isBuffer(ended(next))).toBe(true);
  });

  test("leave room for other clients on disk: none takes more than it leaves free", async () => {
    const piece = Buffer.alloc(24 * megabyte, "a");
    const send = async (tenantId: string) => {
      const upload = begin(tenantId);
      await upload.push(piece);
    };
    const sendMany = async (tenantId: string) => {
      for (let sent = 0; ; sent++) {
        const outcome = await send(tenantId).catch((error: unknown) => error);
        if (outcome !== undefined) return { sent, outcome };
      }
    };
    const greedy = await sendMany("greedy");
    expect(greedy).toMatchObject({ sent: 4, outcome: { code: "unavailable" } });
    const another = await sendMany("another");
    expect(another).toMatchObject({ sent: 2, outcome: { code: "unavailable" } });
    await send("third");
  });
});
