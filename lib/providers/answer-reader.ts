import { isUnreadable } from "./answer-format";
import { decodedFor, encodingOf } from "./encoded-answer";
import { type Json, parseObjects } from "./json";
import { JsonSieve } from "./json-sieve";
import { EventSplitter, type StreamEvent } from "./sse";
import type { HeaderFields, UsageReader, UsageReport } from "./types";

/** What one dialect reads out of the JSON objects of an answer, given one after the other. */
export type Findings = {
  take(object: Json): void;
  /** So much text of the object that was taken last was too long to keep. */
  passOver(textLength: number): void;
  /** The answer says of itself that it failed. */
  fail(): void;
  /** It says of itself that it is at its end. */
  end?(): void;
  report(): UsageReport;
};

type Answer = { findings: Findings; stream: boolean; headers: HeaderFields };

/** Plain answers up to this size are parsed at once, which is faster; larger ones as they come. */
const parsedAtOnceBytes = 64_000;

/**
 * Reads a copy of an answer, whatever its framing: server-sent events, one JSON object, an array or lines of them. `stream`
 * says that the request asked for a stream: some hosts then send events under another content type.
 */
export function answerReader(answer: Answer): UsageReader {
  const encoding = encodingOf(answer.headers);
  return encoding === null ? plainReader(answer) : decodedFor(plainReader(answer), encoding);
}

function plainReader({ findings, stream, headers }: Answer): UsageReader {
  const contentType = String(headers["content-type"] ?? "").toLowerCase();
  if (contentType.startsWith("text/event-stream")) return new EventReader(findings);
  if (/^(audio|image|video)\//.test(contentType)) return new BinaryReader(findings, false);
  if (isUnreadable(contentType)) return new BinaryReader(findings, true);
  return stream ? new SniffingReader(findings) : new JsonReader(findings);
}

/** Sound and pictures, in which there is nothing to read, or what cannot be read. */
class BinaryReader implements UsageReader {
  constructor(
    private readonly findings: Findings,
    private readonly isUnreadable: boolean,
  ) {}

  push(): void {}

  end(): UsageReport {
    return { ...this.findings.report(), ...(this.isUnreadable && { isUnreadable: true }) };
  }
}

/** A plain answer of one JSON object. */
class JsonReader implements UsageReader {
  private chunks: Uint8Array[] = [];
  private size = 0;
  private lines: JsonLinesReader | null = null;

  constructor(private readonly findings: Findings) {}

  push(chunk: Uint8Array): void {
    this.size += chunk.length;
    if (this.lines) {
      this.lines.push(chunk);
      return;
    }
    this.chunks.push(chunk);
    if (this.size > parsedAtOnceBytes) this.readAsItComes();
  }

  end(): UsageReport {
    if (this.lines) return this.lines.end();
    const objects = parseObjects(Buffer.concat(this.chunks).toString("utf8"));
    if (objects === null) return this.readAsItComes().end();
    for (const object of objects) this.findings.take(object);
    return this.findings.report();
  }

  private readAsItComes(): JsonLinesReader {
    this.lines = new JsonLinesReader(this.findings);
    for (const chunk of this.chunks) this.lines.push(chunk);
    this.chunks = [];
    return this.lines;
  }
}

/** JSON objects in an array, on lines, or a single one of any length. */
class JsonLinesReader implements UsageReader {
  private readonly sieve: JsonSieve;

  constructor(private readonly findings: Findings) {
    this.sieve = sieveFor(findings);
  }

  push(chunk: Uint8Array): void {
    this.sieve.push(chunk);
  }

  end(): UsageReport {
    return this.findings.report();
  }
}

/** A stream of server-sent events. */
class EventReader implements UsageReader {
  private readonly splitter = new EventSplitter();
  private sieve: JsonSieve | null = null;

  constructor(private readonly findings: Findings) {}

  push(chunk: Uint8Array): void {
    for (const event of this.splitter.push(chunk)) this.take(event);
  }

  end(): UsageReport {
    for (const event of this.splitter.end()) this.take(event);
    return this.findings.report();
  }

  private take({ name, data, part }: StreamEvent): void {
    if (name === "error") this.findings.fail();
    if (part) this.takePart(part);
    if (data === "") return;
    if (data === "[DONE]") {
      this.findings.end?.();
      return;
    }
    const objects = parseObjects(data);
    if (objects) for (const object of objects) this.findings.take(object);
    else sieveFor(this.findings).push(Buffer.from(data));
  }

  private takePart({ data, isLast }: { data: Buffer[]; isLast: boolean }): void {
    this.sieve ??= sieveFor(this.findings);
    for (const bytes of data) this.sieve.push(bytes);
    if (isLast) this.sieve = null;
  }
}

/** An answer to a request for a stream whose content type does not say that it is one: its first character tells. */
class SniffingReader implements UsageReader {
  private reader: UsageReader | null = null;

  constructor(private readonly findings: Findings) {}

  push(chunk: Uint8Array): void {
    if (this.reader === null) {
      const first = Buffer.from(chunk)
        .toString("latin1")
        .replace(/^[\s\u00ef\u00bb\u00bf]+/, "")[0];
      if (first === undefined) return;
      this.reader =
        first === "{" || first === "[" ? new JsonLinesReader(this.findings) : new EventReader(this.findings);
    }
    this.reader.push(chunk);
  }

  end(): UsageReport {
    return this.reader?.end() ?? this.findings.report();
  }
}

function sieveFor(findings: Findings): JsonSieve {
  return new JsonSieve((object, cutLength) => {
    findings.take(object);
    if (cutLength > 0) findings.passOver(cutLength);
  });
}
