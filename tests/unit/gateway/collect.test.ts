import { expect, test } from "vitest";
import { collect } from "@/lib/gateway/collect";
import { eventually } from "../../eventually";

const size = 400_000;

/** A plain answer of 2 MB, and how much of it has been read when it ends. */
function answer() {
  const read = { bytes: 0, ended: false };
  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (let index = 0; index < 5; index++) {
        read.bytes += size;
        yield Buffer.alloc(size, index);
      }
    } finally {
      read.ended = true;
    }
  }
  return { read, chunks: chunks() };
}

const start = ({ chunks, clientGone }: { chunks: AsyncGenerator<Uint8Array, void, void>; clientGone: AbortSignal }) =>
  collect({ status: 200, headers: {}, chunks, clientGone });

test("a large plain answer is passed on in full", async () => {
  const { chunks } = answer();
  const { body } = await start({ chunks, clientGone: new AbortController().signal });
  const passed = Buffer.concat(await Array.fromAsync(body as AsyncIterable<Uint8Array>));
  expect(passed.equals(Buffer.concat([0, 1, 2, 3, 4].map((index) => Buffer.alloc(size, index))))).toBe(true);
});

test.each(["before", "after"])(
  "the rest of a large answer that nobody has begun to read is read to its end when the client leaves, %s it could begin",
  async (when) => {
    const leaving = new AbortController();
    const { read, chunks } = answer();
    if (when === "before") leaving.abort();
    await start({ chunks, clientGone: leaving.signal });
    leaving.abort();
    await eventually(() => expect(read).toEqual({ bytes: 5 * size, ended: true }));
  },
);

test("a reader that leaves half-way ends only its own reading", async () => {
  const { read, chunks } = answer();
  const { body } = await start({ chunks, clientGone: new AbortController().signal });
  for await (const _ of body as AsyncIterable<Uint8Array>) break;
  expect(read).toEqual({ bytes: 5 * size, ended: true });
});
