import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chunksOf, type Sink } from "@/lib/gateway/answer";
import { Relay, type RelayEnd } from "@/lib/gateway/relay";
import { isUsageChunk } from "@/lib/providers/openai-usage";
import { eventually } from "../../eventually";

const usageChunk = 'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4}}';

type Given = {
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>;
  hidden?: ((data: string) => boolean) | null;
  clientGone?: AbortSignal;
  endsWithClient?: boolean;
  ended?(end: RelayEnd): Promise<void>;
  read?(): void;
  behind?(): Promise<void> | null;
};

function start({
  chunks,
  hidden = null,
  clientGone = new AbortController().signal,
  endsWithClient = true,
  ended = () => Promise.resolve(),
  read = () => {},
  behind = () => null,
}: Given) {
  const seen = { read: [] as Uint8Array[], ends: [] as RelayEnd[] };
  const relay = new Relay({
    body: Readable.from(chunks, { objectMode: true }),
    reader: {
      push: (chunk) => {
        read();
        seen.read.push(Buffer.from(chunk));
      },
      behind,
      end: () => ({ usage: null, model: null, text: "", isPartial: false, textLength: 0, failed: false }),
    },
    hidden,
    clientGone,
    endsWithClient,
    ended: (end) => {
      seen.ends.push(end);
      return ended(end);
    },
  });
  return { relay, seen, passed: () => chunksOf(relay) as AsyncIterable<Uint8Array> };
}

/** Takes what comes, and writes it down. */
function sinkOf(taken: string[]): Sink {
  return { write: (chunk) => taken.push(Buffer.from(chunk).toString()) > 0, end: () => {}, fail: () => {} };
}

async function all(passed: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of passed) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}

function cut(text: string, cuts: number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const ends = [...new Set([...cuts.filter((cut) => cut > 0 && cut < bytes.length), bytes.length])].sort(
    (a, b) => a - b,
  );
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)).filter((chunk) => chunk.length > 0);
}

const latin1 = (text: string) => Buffer.from(text).toString("latin1");

describe("an answer on its way to the client", () => {
  const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
  const event = fc.constantFrom(
    'data: {"choices":[{"delta":{"content":"día 日本 😀"}}],"usage":null}',
    'data:{"choices":[],"prompt_filter_results":[]}',
    ": keep-alive",
    "event: x\ndata: {",
    "data: [DONE]",
    usageChunk,
  );

  test("passes byte for byte, but for the usage chunk, wherever it is cut", async () => {
    const stream = fc.tuple(fc.array(event, { maxLength: 8 }), lineEnd, fc.boolean());
    await fc.assert(
      fc.asyncProperty(stream, fc.array(fc.nat(600)), async ([events, end, isClosed], cuts) => {
        const framed = events.map((event, index) => event + end + (isClosed || index + 1 < events.length ? end : ""));
        const { passed, seen } = start({ chunks: cut(framed.join(""), cuts), hidden: isUsageChunk });
        expect(await all(passed())).toBe(latin1(framed.filter((_, index) => events[index] !== usageChunk).join("")));
        expect(Buffer.concat(seen.read).toString("latin1")).toBe(latin1(framed.join("")));
        expect(seen.ends).toEqual([{ kind: "complete" }]);
      }),
      { numRuns: 500 },
    );
  });

  test("passes in full, the usage chunk included, where the client asked for it: the same chunks, at once", async () => {
    const chunks = cut(`data: a\n\n${usageChunk}\n\ndata: [DONE]\n\n`, [3, 20, 21]);
    const { passed } = start({ chunks });
    const got: Uint8Array[] = [];
    for await (const chunk of passed()) got.push(chunk);
    expect(got).toEqual(chunks);
  });

  test("passes without the usage chunk where each chunk is whole events, whichever they share it with", async () => {
    const parts = fc.array(fc.array(event, { minLength: 1, maxLength: 3 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(parts, lineEnd, async (given, end) => {
        const framed = (events: string[]) => events.map((each) => each + end + end).join("");
        const chunks = given.map((events) => Buffer.from(framed(events)));
        const { passed } = start({ chunks, hidden: isUsageChunk });
        const shown = given.flat().filter((each) => each !== usageChunk);
        expect(await all(passed())).toBe(latin1(framed(shown)));
      }),
      { numRuns: 300 },
    );
  });

  test("passes as far as it has come where it breaks off in the midst of an event", async () => {
    async function* broken() {
      yield Buffer.from("data: a\n\ndata: b");
      throw new Error("connection reset");
    }
    const { relay } = start({ chunks: broken(), hidden: isUsageChunk });
    const taken: string[] = [];
    await relay.flowTo(sinkOf(taken));
    expect(taken.join("")).toBe("data: a\n\ndata: b");
  });

  test("is not held back: an event passes before the next one has come", async () => {
    const gate: { open: () => void } = { open: () => undefined };
    async function* chunks() {
      yield Buffer.from("data: a\n\ndata: b");
      await new Promise<void>((resolve) => {
        gate.open = resolve;
      });
      yield Buffer.from("\n\n");
    }
    const { passed } = start({ chunks: chunks(), hidden: isUsageChunk });
    const reading = passed()[Symbol.asyncIterator]();
    expect(Buffer.from((await reading.next()).value as Uint8Array).toString()).toBe("data: a\n\n");
    const rest = reading.next();
    gate.open();
    expect(Buffer.from((await rest).value as Uint8Array).toString()).toBe("data: b\n\n");
  });
});

describe("the end of an answer is told once, before the client sees it", () => {
  async function* breaking() {
    yield Buffer.from("data: a\n\n");
    throw new Error("connection reset");
  }

  test("when it is complete, and has been heard", async () => {
    const order: string[] = [];
    const heard = Promise.withResolvers<void>();
    const { relay } = start({
      chunks: [Buffer.from("a")],
      ended: async () => {
        order.push("told");
        await heard.promise;
        order.push("heard");
      },
    });
    const flowing = relay.flowTo({ ...sinkOf(order), end: () => void order.push("seen") });
    await eventually(() => expect(order).toEqual(["a", "told"]));
    heard.resolve();
    await flowing;
    expect(order).toEqual(["a", "told", "heard", "seen"]);
  });

  test("when there is nothing in it", async () => {
    const { passed, seen } = start({ chunks: [] });
    expect(await all(passed())).toBe("");
    expect(seen).toMatchObject({ ends: [{ kind: "complete" }] });
  });

  test("when the provider breaks off", async () => {
    const { passed, seen } = start({ chunks: breaking() });
    await expect(all(passed())).rejects.toThrow("connection reset");
    expect(seen.ends).toMatchObject([{ kind: "broken", byClient: false }]);
  });

  test("when the provider breaks off because the client has left", async () => {
    const leaving = new AbortController();
    const { seen } = start({ chunks: breaking(), clientGone: leaving.signal, endsWithClient: false });
    leaving.abort();
    await eventually(() => expect(seen.ends).toMatchObject([{ kind: "broken", byClient: true }]));
  });

  test("when the reader fails, and the rest is not passed on", async () => {
    const { relay, seen } = start({
      chunks: [Buffer.from("a"), Buffer.from("b")],
      read: () => {
        throw new Error("nonsense");
      },
    });
    const taken: string[] = [];
    const failure = Promise.withResolvers<unknown>();
    await relay.flowTo({ ...sinkOf(taken), fail: failure.resolve });
    expect(await failure.promise).toMatchObject({ message: "nonsense" });
    expect(taken).toEqual([]);
    expect(seen.ends).toMatchObject([{ kind: "broken", byClient: false }]);
  });

  test("when the client stops reading", async () => {
    const { passed, seen } = start({ chunks: [Buffer.from("a"), Buffer.from("b")] });
    for await (const _ of passed()) break;
    expect(seen.ends).toMatchObject([{ kind: "broken", byClient: true }]);
  });

  test.each(["before", "after"])(
    "when the client leaves a stream that nobody has begun to read, %s it starts",
    async (when) => {
      const leaving = new AbortController();
      if (when === "before") leaving.abort();
      const { seen } = start({ chunks: [Buffer.from("a")], clientGone: leaving.signal });
      leaving.abort();
      await eventually(() => expect(seen.ends).toMatchObject([{ kind: "broken", byClient: true }]));
    },
  );

  test.each(["before", "after"])(
    "when a plain answer was read to its end although the client has left, %s anybody had begun to read",
    async (when) => {
      const leaving = new AbortController();
      const { relay, seen } = start({
        chunks: [Buffer.from("a"), Buffer.from("b")],
        clientGone: leaving.signal,
        endsWithClient: false,
      });
      const taken: string[] = [];
      const take = () => relay.flowTo(sinkOf(taken));
      if (when === "before") leaving.abort();
      const flowing = take();
      leaving.abort();
      await flowing;
      expect(Buffer.concat(seen.read).toString()).toBe("ab");
      expect(taken).toEqual([]);
      expect(seen.ends).toEqual([{ kind: "complete" }]);
    },
  );

  test("when a reader leaves half-way through a plain answer, of which the rest is read", async () => {
    const { passed, seen } = start({ chunks: [Buffer.from("a"), Buffer.from("b")], endsWithClient: false });
    for await (const _ of passed()) break;
    await eventually(() => expect(seen.ends).toEqual([{ kind: "complete" }]));
    expect(Buffer.concat(seen.read).toString()).toBe("ab");
  });
});

describe("who reads an answer whose client leaves", () => {
  test.each([true, false])("does not wait for more of it (ends with its client: %s)", async (endsWithClient) => {
    async function* silent() {
      yield Buffer.from("a");
      await new Promise(() => {});
    }
    const leaving = new AbortController();
    const { passed } = start({ chunks: silent(), clientGone: leaving.signal, endsWithClient });
    const reading = passed()[Symbol.asyncIterator]();
    await reading.next();
    const more = reading.next();
    leaving.abort();
    await expect(more).rejects.toThrow("The client has left.");
  });

  test("is told nothing more when it leaves while the end is being heard", async () => {
    const heard = Promise.withResolvers<void>();
    const { relay, seen } = start({ chunks: [Buffer.from("a")], ended: () => heard.promise });
    const told: string[] = [];
    const flowing = relay.flowTo({
      ...sinkOf([]),
      end: () => void told.push("end"),
      fail: () => void told.push("fail"),
    });
    await eventually(() => expect(seen.ends).toHaveLength(1));
    relay.leave();
    heard.resolve();
    await flowing;
    expect(told).toEqual(["fail"]);
    expect(seen.ends).toEqual([{ kind: "complete" }]);
  });
});

describe("an answer waits", () => {
  test("for a client that takes no more, until it does", async () => {
    const parts = ["a", "b", "c"].map((part) => Buffer.from(part));
    const { relay, seen } = start({ chunks: parts });
    const taken: string[] = [];
    const flowing = relay.flowTo({ ...sinkOf(taken), write: (chunk) => taken.push(Buffer.from(chunk).toString()) < 0 });
    for (const count of [1, 2, 3]) {
      await eventually(() => expect(taken).toHaveLength(count));
      if (count < 3) expect(seen.ends).toEqual([]);
      relay.resume();
    }
    await flowing;
    expect(taken).toEqual(["a", "b", "c"]);
  });

  test("for none that asks for more while it takes a part", async () => {
    const { relay, seen } = start({ chunks: ["a", "b", "c"].map((part) => Buffer.from(part)) });
    const taken: string[] = [];
    await relay.flowTo({
      ...sinkOf(taken),
      write: (chunk) => {
        taken.push(Buffer.from(chunk).toString());
        relay.resume();
        return false;
      },
    });
    expect(taken).toEqual(["a", "b", "c"]);
    expect(seen.ends).toEqual([{ kind: "complete" }]);
  });

  test("for a reader that is behind, although its client would take more", async () => {
    const behind: PromiseWithResolvers<void>[] = [];
    const { relay, seen } = start({
      chunks: [Buffer.from("a"), Buffer.from("b")],
      behind: () => {
        const caughtUp = Promise.withResolvers<void>();
        behind.push(caughtUp);
        return caughtUp.promise;
      },
    });
    const taken: string[] = [];
    const flowing = relay.flowTo(sinkOf(taken));
    for (const count of [1, 2]) {
      await eventually(() => expect(taken).toHaveLength(count));
      relay.resume();
      expect(seen.read).toHaveLength(count);
      behind[count - 1]?.resolve();
    }
    await flowing;
    expect(seen.ends).toEqual([{ kind: "complete" }]);
  });
});
