import { type Json, parseObjects } from "../providers/json";
import { EventSplitter } from "../providers/sse";
import type { DialectName } from "../providers/types";
import type { PlaygroundEnd, PlaygroundEvent } from "./schema";
import { failureIn, shownText } from "./shown-text";

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

const brokenOff = "The answer broke off. What had come of it counts.";

/** A provider's answer, streamed or not, as the pieces that are shown, and what it came to. Never throws. */
export async function* answerEvents({
  chunks,
  dialect,
  end,
}: {
  chunks: Chunks;
  dialect: DialectName;
  /** What it came to, once it has ended; null when nothing counts. */
  end(): PlaygroundEnd | null;
}): AsyncGenerator<PlaygroundEvent, void, void> {
  let failure: string | null = null;
  try {
    for await (const object of objectsOf(chunks)) {
      failure ??= failureIn(object);
      const text = shownText(dialect, object);
      if (text !== "") yield { type: "text", text };
    }
  } catch {
    failure = brokenOff;
  }
  if (failure !== null) yield { type: "failure", message: failure };
  const came = end();
  if (came) yield { type: "end", end: came };
}

/** The objects of a stream of events; or of a plain answer, which some hosts give to those who ask for a stream. */
async function* objectsOf(chunks: Chunks): AsyncGenerator<Json, void, void> {
  const splitter = new EventSplitter();
  let plain: Uint8Array[] | null = null;
  let hasBegun = false;
  for await (const chunk of chunks) {
    if (!hasBegun && beginsJson(chunk)) plain = [];
    hasBegun = true;
    if (plain) plain.push(chunk);
    else yield* objectsIn(splitter.push(chunk));
  }
  if (plain) yield* parseObjects(Buffer.concat(plain).toString("utf8")) ?? [];
  else yield* objectsIn(splitter.end());
}

function beginsJson(chunk: Uint8Array): boolean {
  return /^\s*[[{]/.test(Buffer.from(chunk.subarray(0, 64)).toString("latin1"));
}

function objectsIn(events: { data: string }[]): Json[] {
  return events.flatMap(({ data }) => parseObjects(data) ?? []);
}
