import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventSplitter, type StreamEvent } from "@/lib/providers/sse";
import { cpuMsOf } from "../../cpu-time";

const bom = "\uFEFF";

/** Feeds a stream in pieces that end at the given places. */
function split(stream: Buffer, cuts: number[] = []): StreamEvent[] {
  const splitter = new EventSplitter();
  const ends = [...new Set(cuts)].filter((cut) => cut > 0 && cut < stream.length).sort((a, b) => a - b);
  const events: StreamEvent[] = [];
  let start = 0;
  for (const end of [...ends, stream.length]) {
    events.push(...splitter.push(stream.subarray(start, end)));
    start = end;
  }
  return [...events, ...splitter.end()];
}

const told = (events: StreamEvent[]) =>
  events.map(({ name, data, bytes }) => ({ name, data, bytes: bytes.toString("latin1") }));
const bytesOf = (events: StreamEvent[]) => Buffer.concat(events.map(({ bytes }) => bytes));

const samples: { name: string; stream: string; data: string[] }[] = [
  { name: "lines that end in LF", stream: "data: a\n\ndata: b\n\n", data: ["a", "b"] },
  { name: "lines that end in CRLF", stream: "data: a\r\n\r\ndata: b\r\n\r\n", data: ["a", "b"] },
  { name: "lines that end in CR alone", stream: "data: a\r\rdata: b\r\r", data: ["a", "b"] },
  { name: "lines that end in this and that", stream: "data: a\r\n\ndata: b\r\r\ndata: c\n\r", data: ["a", "b", "c"] },
  { name: "a byte order mark", stream: `${bom}data: a\n\ndata: b\n\n`, data: ["a", "b"] },
  { name: "no blank after the colon", stream: "data:a\n\ndata:  b\n\n", data: ["a", " b"] },
  { name: "several data lines, joined by LF", stream: "data: {\ndata:  1\ndata: }\n\n", data: ["{\n 1\n}"] },
  {
    name: "comments within and between events",
    stream: ": PROCESSING\n\n: keep-alive\ndata: a\n: more\n\n",
    data: ["", "a"],
  },
  {
    name: "names, ids and unknown fields beside the data",
    stream: "event: x\nid: 1\nretry: 5\ndata: a\nelse: b\n\n",
    data: ["a"],
  },
  { name: "a last event without its blank line", stream: "data: a\n\ndata: b\n", data: ["a", "b"] },
  { name: "a last event without any line end", stream: "data: a\n\ndata: b", data: ["a", "b"] },
  { name: "a last event that ends in a lone CR", stream: "data: a\r", data: ["a"] },
  { name: "blank lines that repeat", stream: "\n\ndata: a\n\n\n\ndata: b\n\n", data: ["", "", "a", "", "", "b"] },
  { name: "characters of several bytes", stream: "data: día 日本 😀\n\ndata: é\n\n", data: ["día 日本 😀", "é"] },
  { name: "nothing", stream: "", data: [] },
];

describe("a stream of events", () => {
  test.each(samples)("with $name is understood, wherever it is cut", ({ stream, data }) => {
    const bytes = Buffer.from(stream);
    const whole = split(bytes);
    expect(whole.map((event) => event.data)).toEqual(data);
    expect(bytesOf(whole).equals(bytes)).toBe(true);

    expect(told(split(bytes, Array.from(bytes.keys())))).toEqual(told(whole));
    for (let cut = 1; cut < bytes.length; cut++)
      expect(told(split(bytes, [cut])), `cut at ${cut}`).toEqual(told(whole));
  });

  test("gives the same events however it is cut, and all its bytes in their order", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "data: ",
        "data:",
        "event: error",
        ": comment",
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        "\r\n\r\n",
        bom,
        "[DONE]",
      ),
      fc.string({ unit: "grapheme", maxLength: 8 }),
      fc.jsonValue().map((value) => `data: ${JSON.stringify(value)}\n\n`),
    );
    const stream = fc.oneof(
      fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join(""))),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(stream, fc.array(fc.nat(400)), (stream, cuts) => {
        const whole = split(stream);
        const cut = split(stream, cuts);
        expect(told(cut)).toEqual(told(whole));
        expect(bytesOf(cut).equals(stream)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("hands out an event as soon as its blank line is there", () => {
    const splitter = new EventSplitter();
    expect(splitter.push(Buffer.from("data: a\n"))).toHaveLength(0);
    expect(splitter.push(Buffer.from("\nda"))).toHaveLength(1);
    expect(splitter.push(Buffer.from("ta: b\r\n\r"))).toHaveLength(0);
    expect(splitter.push(Buffer.from("\n"))).toHaveLength(1);
    expect(splitter.end()).toHaveLength(0);
  });

  test("tells an event's name, and no other event's", () => {
    expect(split(Buffer.from("event: error\ndata: a\n\ndata: b\n\nevent:x\n\n")).map(({ name }) => name)).toEqual([
      "error",
      null,
      "x",
    ]);
  });

  test("keeps what it was given: later changes to a chunk's memory do not reach an event", () => {
    const splitter = new EventSplitter();
    const chunk = Buffer.from("data: sec");
    splitter.push(chunk);
    chunk.fill(0);
    expect(splitter.push(Buffer.from("ret\n\n"))[0]?.data).toBe("secret");
  });
});

/** What a long event is told as: its bytes and data put together again, and the name at its end. */
function longEvent(events: StreamEvent[]) {
  const parts = events.map(({ part }) => part);
  return {
    isWhole: parts.every(Boolean) && parts.findIndex((part) => part?.isLast) === parts.length - 1,
    bytes: bytesOf(events).toString("latin1"),
    data: Buffer.concat(parts.flatMap((part) => part?.data ?? [])).toString("latin1"),
    name: events.at(-1)?.name,
  };
}

describe("an event that is too long to hold", () => {
  const long = "x".repeat(40_000);

  test.each([
    { name: "in one line", stream: `event: error\ndata: ${long}\n\n`, data: long, called: "error" },
    { name: "in several lines", stream: `data: ${long}\r\ndata:  b\r\ndata:c\r\n\r\n`, data: `${long}\n b\nc` },
    { name: "in lines that end in CR alone", stream: `data: ${long}\rdata: b\r\r`, data: `${long}\nb` },
    { name: "behind a byte order mark", stream: `${bom}data:${long}\n\n`, data: long },
    { name: "with other fields", stream: `id: ${long}\ndata: a\nelse: b\n: c\nevent: x\n\n`, data: "a", called: "x" },
    { name: "with a name at its end", stream: `data: ${long}\nevent:error\n\n`, data: long, called: "error" },
    { name: "that the stream's end cuts off", stream: `data: ${long}`, data: long },
    { name: "that ends in a lone CR", stream: `data: ${long}\r\r`, data: long },
  ])("$name is handed out in parts, the same wherever it is cut", ({ stream, data, called = null }) => {
    const bytes = Buffer.from(stream);
    const whole = longEvent(split(bytes));
    expect(whole).toEqual({ isWhole: true, bytes: bytes.toString("latin1"), data, name: called });
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), (cuts) => {
        expect(longEvent(split(bytes, cuts))).toEqual(whole);
      }),
      { numRuns: 100 },
    );
    for (let cut = bytes.length - 40; cut < bytes.length; cut++) expect(longEvent(split(bytes, [cut]))).toEqual(whole);
  });

  test("does not change the ones around it", () => {
    const bytes = Buffer.from(`data: a\r\n\r\ndata: ${long}\r\n\r\nevent: b\r\ndata: b\r\n\r\n`);
    for (const cuts of [[], [20_000], [40_012, 40_013, 40_014, 40_015, 40_016, 40_017, 40_018, 40_019, 40_020]]) {
      const events = split(bytes, cuts);
      expect(bytesOf(events).equals(bytes)).toBe(true);
      expect(events[0]).toMatchObject({ data: "a" });
      expect(longEvent(events.slice(1, -1))).toMatchObject({ isWhole: true, data: long });
      expect(events.at(-1)).toMatchObject({ data: "b", name: "b" });
    }
  });

  test("is passed on at once and in time in proportion, however long it is", async () => {
    const splitter = new EventSplitter();
    const piece = Buffer.alloc(16_384, "x");
    splitter.push(Buffer.from("data: "));
    splitter.push(piece);
    splitter.push(piece);
    const pass = () => {
      for (let index = 0; index < 5_000; index++) {
        const events = splitter.push(piece);
        if (events.length !== 1 || events[0]?.bytes.length !== piece.length) throw new Error("It is held back.");
      }
    };
    // Copied anew with each piece it takes most of a minute.
    expect(await cpuMsOf(pass)).toBeLessThan(10_000);
    expect(splitter.push(Buffer.from("\n\n"))[0]?.part?.isLast).toBe(true);
  });
});
