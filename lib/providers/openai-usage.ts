import { answerReader, type Findings } from "./answer-reader";
import { GeneratedText } from "./generated-text";
import { noteHiddenTokens } from "./hidden-tokens";
import { firstCount, firstObject, isObject, type Json, objectsIn, parseObjects } from "./json";
import type { HeaderFields, UsageReader, UsageReport } from "./types";
import { merge, normalise, nothingReported, type Reported } from "./usage-numbers";
import { factsOf, type Vendor } from "./vendors";

type Answer = { vendor: Vendor; stream: boolean; headers: HeaderFields };

export function openaiUsageReader({ vendor, stream, headers }: Answer): UsageReader {
  return answerReader({ findings: new OpenaiFindings(vendor, cachedTokensOf(headers)), stream, headers });
}

/** Fireworks may tell the cached part of the prompt only in a header. */
function cachedTokensOf(headers: HeaderFields): number | null {
  const text = headers["fireworks-cached-prompt-tokens"];
  return typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Whether this event is the usage chunk that is sent only when asked for: no choices, and usage. */
export function isUsageChunk(data: string): boolean {
  if (!data.includes('"usage"')) return false;
  const event = parseObjects(data)?.[0];
  return Array.isArray(event?.choices) && event.choices.length === 0 && isObject(event.usage);
}

/** Puts together what an answer, or all events of one, say of use. */
class OpenaiFindings implements Findings {
  private reported = nothingReported;
  private model: string | null = null;
  private readonly text = new GeneratedText();
  private failed = false;

  constructor(
    private readonly vendor: Vendor,
    private readonly cachedByHeader: number | null,
  ) {}

  take(event: Json): void {
    const response = isObject(event.response) ? event.response : event;
    if (typeof response.model === "string") this.model = response.model;
    if (saysItFailed(event)) this.fail();
    for (const usage of [response.usage, isObject(event.x_groq) ? event.x_groq.usage : null]) {
      if (isObject(usage)) this.reported = merge(this.reported, readUsageBlock(usage));
    }
    for (const each of generatedText(event)) this.text.add(each);
  }

  passOver(textLength: number): void {
    if (this.text.length > 0) this.text.passOver(textLength);
  }

  fail(): void {
    this.failed = true;
  }

  report(): UsageReport {
    noteHiddenTokens(this.vendor, this.reported);
    const cached = this.reported.cached ?? this.cachedByHeader;
    return {
      usage: normalise({ ...this.reported, cached }, factsOf(this.vendor).hiddenTokens),
      isPartial: false,
      model: this.model,
      text: this.text.toString(),
      textLength: this.text.length,
      failed: this.failed,
    };
  }
}

function saysItFailed({ error, type }: Json): boolean {
  return isObject(error) || typeof error === "string" || type === "error" || type === "response.failed";
}

/** Chat, completions and embeddings name input `prompt`; the responses API, images and audio name it `input`. */
function readUsageBlock(usage: Json): Reported {
  const inputDetails = firstObject(usage.prompt_tokens_details, usage.input_tokens_details, usage.input_token_details);
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

/** The texts that an answer or an event carries: of chat, completions and the responses API, tool calls included. */
function* generatedText(event: Json): Generator<string> {
  if (Array.isArray(event.choices)) {
    for (const choice of objectsIn(event.choices)) {
      if (typeof choice.text === "string") yield choice.text;
      for (const message of [choice.delta, choice.message]) if (isObject(message)) yield* textOfMessage(message);
    }
  } else if (typeof event.type === "string" && event.type.endsWith(".delta") && typeof event.delta === "string") {
    yield event.delta;
  } else if (event.object === "response" && Array.isArray(event.output)) {
    for (const item of objectsIn(event.output)) {
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
