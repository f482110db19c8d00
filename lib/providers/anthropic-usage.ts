import type { Usage } from "../metering/types";
import { answerReader, type Findings } from "./answer-reader";
import { GeneratedText } from "./generated-text";
import { firstCount, firstObject, isObject, type Json, objectsIn, textOf, writtenOut } from "./json";
import type { AnswerToRead, UsageReader, UsageReport } from "./types";
import { merge, normalise } from "./usage-numbers";

/** The numbers as Anthropic tells them: what was cached or written is on top of the input. */
type Counts = {
  input: number | null;
  cached: number | null;
  written: number | null;
  /** What of that is kept for an hour. */
  written1h: number | null;
  output: number | null;
  thinking: number | null;
  searches: number | null;
};

/** What is around thinking that is encrypted, however short it is. */
const sealedFrameLength = 300;

const noCounts: Counts = {
  input: null,
  cached: null,
  written: null,
  written1h: null,
  output: null,
  thinking: null,
  searches: null,
};

export function anthropicUsageReader(answer: Omit<AnswerToRead, "endpoint" | "vendor">): UsageReader {
  return answerReader({ findings: new AnthropicFindings(answer.answerBegins), ...answer });
}

/** Puts together what an answer, or all events of one, say of use. */
class AnthropicFindings implements Findings {
  private counts = noCounts;
  private iterations: Json[] = [];
  private model: string | null = null;
  private readonly text: GeneratedText;
  private failed = false;
  private isEnded = false;
  /** Whether only the beginning of a message has told its numbers: its output is not among them. */
  private isBegun = false;

  constructor(answerBegins?: () => void) {
    this.text = new GeneratedText(answerBegins);
  }

  take(event: Json): void {
    if (event.type === "error" || isObject(event.error)) this.fail();
    const message = isObject(event.message) ? event.message : event;
    this.model = textOf(message.model) ?? this.model;
    if (isObject(message.usage)) {
      this.isBegun = event.type === "message_start";
      this.counts = merge(this.counts, countsOf(message.usage));
      if (Array.isArray(message.usage.iterations)) this.iterations = objectsIn(message.usage.iterations);
    }
    // The event before this one has told all numbers.
    if (event.type === "message_stop") this.end();
    readText(event, this.text);
  }

  passOver(textLength: number): void {
    if (this.text.length > 0) this.text.passOver(textLength);
  }

  fail(): void {
    this.failed = true;
  }

  end(): void {
    this.isEnded = true;
  }

  report(): UsageReport {
    return {
      usage: usageOf(countsOfAll(this.counts, this.iterations)),
      ...helpersIn(this.iterations),
      ...(this.counts.searches && { searches: { web: this.counts.searches, files: 0 } }),
      isPartial: this.isBegun,
      ...(this.isEnded && { isEnded: true }),
      model: this.model,
      ...this.text.seen(),
      failed: this.failed,
    };
  }
}

function countsOf(usage: Json): Counts {
  const written = firstObject(usage.cache_creation);
  return {
    input: firstCount(usage.input_tokens),
    cached: firstCount(usage.cache_read_input_tokens),
    written:
      firstCount(usage.cache_creation_input_tokens) ??
      sum(firstCount(written.ephemeral_5m_input_tokens), firstCount(written.ephemeral_1h_input_tokens)),
    written1h: firstCount(written.ephemeral_1h_input_tokens),
    output: firstCount(usage.output_tokens),
    thinking: firstCount(firstObject(usage.output_tokens_details).thinking_tokens),
    searches: firstCount(firstObject(usage.server_tool_use).web_search_requests),
  };
}

/**
 * The numbers of a whole call: the top level leaves out what compaction used, so that the passes are added up where they are
 * told; what no pass tells stands there alone. Passes of an adviser are another model's, and stand apart. After a fallback the
 * top level is right as it is.
 */
function countsOfAll(counts: Counts, iterations: Json[]): Counts {
  const passes = iterations.filter(({ type }) => type === "message" || type === "compaction").map(countsOf);
  if (passes.length === 0 || iterations.some(({ type }) => type === "fallback_message")) return counts;

  const total = (name: keyof Counts) => passes.map((pass) => pass[name]).reduce(sum, null) ?? counts[name];
  return {
    ...counts,
    input: total("input"),
    cached: total("cached"),
    written: total("written"),
    written1h: total("written1h"),
    output: total("output"),
  };
}

/** The passes of advisers, each by its own model. */
function helpersIn(iterations: Json[]): Pick<UsageReport, "helpers"> {
  const helpers = iterations.flatMap((pass) => {
    const usage = pass.type === "advisor_message" ? usageOf(countsOf(pass)) : null;
    return usage && typeof pass.model === "string" ? [{ model: pass.model, usage }] : [];
  });
  return helpers.length === 0 ? {} : { helpers };
}

function usageOf({ input, cached, written, written1h, output, thinking }: Counts): Usage | null {
  const allInput = [input, cached, written].reduce(sum, null);
  const usage = normalise({ input: allInput, output, total: null, cached, written, reasoning: thinking }, "output");
  return usage && written1h
    ? { ...usage, cacheWrite1hTokens: Math.min(written1h, usage.cacheWriteTokens ?? 0) }
    : usage;
}

function sum(one: number | null, other: number | null): number | null {
  return one === null ? other : one + (other ?? 0);
}

/**
 * Takes the texts that an answer or an event carries: thinking and the input of tools included. Newer models show a summary of
 * their thinking, or nothing; its signature holds all of it.
 */
function readText(event: Json, text: GeneratedText): void {
  if (isObject(event.delta)) readPart(event.delta, text);
  if (isObject(event.content_block)) readBegun(event.content_block, text);
  if (event.type === "message") for (const block of objectsIn(event.content)) readPart(block, text);
}

function readPart(part: Json, text: GeneratedText): void {
  if (typeof part.thinking === "string") text.addReasoning(part.thinking);
  for (const each of [part.text, part.partial_json, part.content]) if (typeof each === "string") text.add(each);
  if (isObject(part.input)) text.add(writtenOut(part.input));
  text.addSealed(part.signature, sealedFrameLength);
}

/** A part that is to come. What was thought and may not be shown comes as a whole with it. */
function readBegun({ type, data }: Json, text: GeneratedText): void {
  if (type === "thinking") text.beginReasoning();
  if (type === "redacted_thinking") text.addSealed(data, sealedFrameLength);
}
