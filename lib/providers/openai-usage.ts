import type { Usage } from "../metering/types";
import { decodedFor, encodingOf } from "./encoded-answer";
import { EventSplitter, type StreamEvent } from "./sse";
import type { HeaderFields, UsageReader, UsageReport } from "./types";
import type { Vendor } from "./vendors";

type Json = Record<string, unknown>;

/** What usage blocks said so far. Values are running totals: the last one that is not null wins, field by field. */
type Reported = {
  input: number | null;
  output: number | null;
  total: number | null;
  cached: number | null;
  written: number | null;
  reasoning: number | null;
};

const nothing: Reported = { input: null, output: null, total: null, cached: null, written: null, reasoning: null };

/** Larger answers (base64 images) are passed on, but only their end is searched for usage. */
const keptAnswerBytes = 8_000_000;
const keptTailBytes = 256_000;
/** Text beyond this is not kept for counting. */
const keptTextLength = 1_000_000;

type Answer = { vendor: Vendor; stream: boolean; headers: HeaderFields };

export function openaiUsageReader(answer: Answer): UsageReader {
  const encoding = encodingOf(answer.headers);
  return encoding === null ? plainReader(answer) : decodedFor(plainReader(answer), encoding);
}

function plainReader({ vendor, stream, headers }: Answer): UsageReader {
  const collected = new Collected({ vendor, cachedByHeader: cachedTokensOf(headers) });
  const contentType = String(headers["content-type"] ?? "").toLowerCase();
  if (contentType.startsWith("text/event-stream")) return new StreamReader(collected);
  return stream ? new SniffingReader(collected) : new JsonReader(collected);
}

/** Fireworks may tell the cached part of the prompt only in a header. */
function cachedTokensOf(headers: HeaderFields): number | null {
  const text = headers["fireworks-cached-prompt-tokens"];
  return typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** A plain JSON answer. */
class JsonReader implements UsageReader {
  private chunks: Uint8Array[] = [];
  private size = 0;
  private cut = false;

  constructor(private readonly collected: Collected) {}

  push(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size <= keptAnswerBytes) return;
    const tail = Buffer.concat(this.chunks).subarray(-keptTailBytes);
    this.chunks = [Buffer.from(tail)];
    this.size = tail.length;
    this.cut = true;
  }

  end(): UsageReport {
    const text = Buffer.concat(this.chunks).toString("utf8");
    for (const answer of this.cut ? [{ usage: lastUsageIn(text) }] : parseObjects(text)) this.collected.take(answer);
    return this.collected.report();
  }
}

/** A stream of server-sent events. */
class StreamReader implements UsageReader {
  private readonly splitter = new EventSplitter();

  constructor(private readonly collected: Collected) {}

  push(chunk: Uint8Array): void {
    for (const event of this.splitter.push(chunk)) this.take(event);
  }

  end(): UsageReport {
    for (const event of this.splitter.end()) this.take(event);
    return this.collected.report();
  }

  private take({ name, data }: StreamEvent): void {
    if (name === "error") this.collected.fail();
    if (data === "" || data === "[DONE]") return;
    for (const event of parseObjects(data)) this.collected.take(event);
  }
}

/** An answer to a request for a stream whose content type does not say that it is one: its first character tells. */
class SniffingReader implements UsageReader {
  private reader: UsageReader | null = null;

  constructor(private readonly collected: Collected) {}

  push(chunk: Uint8Array): void {
    if (this.reader === null) {
      const first = Buffer.from(chunk).toString("latin1").trimStart()[0];
      if (first === undefined) return;
      this.reader = first === "{" || first === "[" ? new JsonReader(this.collected) : new StreamReader(this.collected);
    }
    this.reader.push(chunk);
  }

  end(): UsageReport {
    return this.reader?.end() ?? this.collected.report();
  }
}

/** Whether this event is the usage chunk that is sent only when asked for: no choices, and usage. */
export function isUsageChunk(data: string): boolean {
  if (!data.includes('"usage"')) return false;
  const event = parseObject(data);
  return Array.isArray(event?.choices) && event.choices.length === 0 && isObject(event.usage);
}

/** Puts together what an answer, or all events of one, say of use. */
class Collected {
  private reported = nothing;
  private model: string | null = null;
  private text: string[] = [];
  private textLength = 0;
  private failed = false;

  constructor(private readonly answer: { vendor: Vendor; cachedByHeader: number | null }) {}

  take(event: Json): void {
    const response = isObject(event.response) ? event.response : event;
    if (typeof response.model === "string") this.model = response.model;
    if (
      isObject(event.error) ||
      typeof event.error === "string" ||
      event.type === "error" ||
      event.type === "response.failed"
    )
      this.fail();
    for (const usage of [response.usage, isObject(event.x_groq) ? event.x_groq.usage : null]) {
      if (isObject(usage)) this.reported = merge(this.reported, readUsageBlock(usage));
    }
    for (const each of generatedText(event)) this.keep(each);
  }

  fail(): void {
    this.failed = true;
  }

  report(): UsageReport {
    const { vendor, cachedByHeader } = this.answer;
    const usage = normalise({ ...this.reported, cached: this.reported.cached ?? cachedByHeader }, vendor);
    return { usage, model: this.model, text: this.text.join(""), failed: this.failed };
  }

  private keep(text: string): void {
    if (this.textLength > keptTextLength) return;
    this.text.push(text);
    this.textLength += text.length;
  }
}

/** Chat, completions and embeddings name input `prompt`, the responses API and images name it `input`. */
function readUsageBlock(usage: Json): Reported {
  const inputDetails = firstObject(usage.prompt_tokens_details, usage.input_tokens_details);
  const outputDetails = firstObject(usage.completion_tokens_details, usage.output_tokens_details);
  return {
    input: firstCount(usage.prompt_tokens, usage.input_tokens),
    output: firstCount(usage.completion_tokens, usage.output_tokens),
    total: firstCount(usage.total_tokens),
    cached: firstCount(
      inputDetails.cached_tokens,
      usage.prompt_cache_hit_tokens,
      usage.num_cached_tokens,
      usage.cached_tokens,
    ),
    written: firstCount(inputDetails.cache_write_tokens),
    reasoning: firstCount(outputDetails.reasoning_tokens),
  };
}

function merge(before: Reported, after: Reported): Reported {
  return {
    input: after.input ?? before.input,
    output: after.output ?? before.output,
    total: after.total ?? before.total,
    cached: after.cached ?? before.cached,
    written: after.written ?? before.written,
    reasoning: after.reasoning ?? before.reasoning,
  };
}

/**
 * A reported total larger than input and output together hides something: thinking, which is output, or at Mistral the
 * tokens of audio, which are input. Parts are never larger than their whole (hosts have reported such).
 */
function normalise({ input, output, total, cached, written, reasoning }: Reported, vendor: Vendor): Usage | null {
  if (input === null && output === null) return null;

  const hidden = Math.max(0, (total ?? 0) - (input ?? 0) - (output ?? 0));
  const isInput = input === null || vendor === "mistral";
  const inputTokens = (input ?? 0) + (isInput ? hidden : 0);
  const outputTokens = (output ?? 0) + (isInput ? 0 : hidden);
  const cachedInputTokens = cached === null ? null : Math.min(cached, inputTokens);
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens,
    cacheWriteTokens: written === null ? null : Math.min(written, inputTokens - (cachedInputTokens ?? 0)),
    reasoningTokens: reasoning === null ? null : Math.min(reasoning, outputTokens),
  };
}

/** The texts that an answer or an event carries: of chat, completions and the responses API, tool calls included. */
function* generatedText(event: Json): Generator<string> {
  if (Array.isArray(event.choices)) {
    for (const choice of event.choices.filter(isObject)) {
      if (typeof choice.text === "string") yield choice.text;
      for (const message of [choice.delta, choice.message]) if (isObject(message)) yield* textOfMessage(message);
    }
  } else if (typeof event.type === "string" && event.type.endsWith(".delta") && typeof event.delta === "string") {
    yield event.delta;
  } else if (event.object === "response" && Array.isArray(event.output)) {
    for (const item of event.output.filter(isObject)) {
      if (typeof item.arguments === "string") yield item.arguments;
      if (Array.isArray(item.content)) {
        for (const part of item.content.filter(isObject)) if (typeof part.text === "string") yield part.text;
      }
    }
  }
}

function* textOfMessage(message: Json): Generator<string> {
  for (const text of [message.refusal, message.reasoning_content, message.reasoning]) {
    if (typeof text === "string") yield text;
  }
  yield* textOfContent(message.content);
  const toolCalls = Array.isArray(message.tool_calls)
    ? message.tool_calls.filter(isObject).map((call) => call.function)
    : [];
  for (const called of [message.function_call, ...toolCalls]) {
    if (!isObject(called)) continue;
    if (typeof called.name === "string") yield called.name;
    if (typeof called.arguments === "string") yield called.arguments;
  }
}

/** A text, or parts of it: Mistral's thinking is a part that holds parts. */
function* textOfContent(content: unknown): Generator<string> {
  if (typeof content === "string") yield content;
  if (!Array.isArray(content)) return;
  for (const part of content.filter(isObject)) {
    if (typeof part.text === "string") yield part.text;
    if (Array.isArray(part.thinking))
      for (const { text } of part.thinking.filter(isObject)) if (typeof text === "string") yield text;
  }
}

/** The last `"usage": {…}` in the end of an answer that was too long to parse. */
function lastUsageIn(text: string): unknown {
  const at = text.lastIndexOf('"usage"');
  const start = at < 0 ? -1 : text.indexOf("{", at);
  if (start < 0) return null;
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    if (text[index] === "{") depth += 1;
    else if (text[index] === "}") depth -= 1;
    if (depth === 0) return parseObject(text.slice(start, index + 1));
  }
  return null;
}

function parseObject(text: string): Json | null {
  return parseObjects(text)[0] ?? null;
}

/** The object that a text holds, or several in an array, as Gemini's errors come; none when it is something else. */
function parseObjects(text: string): Json[] {
  try {
    const parsed: unknown = JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
    return (Array.isArray(parsed) ? parsed : [parsed]).filter(isObject);
  } catch {
    return [];
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function firstObject(...values: unknown[]): Json {
  return values.find(isObject) ?? {};
}

function firstCount(...values: unknown[]): number | null {
  const value = values.find((each) => typeof each === "number" && Number.isFinite(each) && each >= 0);
  return value === undefined ? null : Math.min(Math.round(value as number), Number.MAX_SAFE_INTEGER);
}
