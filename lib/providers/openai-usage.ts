import type { MediaTokens } from "../metering/types";
import { answerReader, type Findings } from "./answer-reader";
import { GeneratedText } from "./generated-text";
import { noteHiddenTokens } from "./hidden-tokens";
import { firstCount, firstObject, isObject, type Json, objectsIn, parseObjects, textOf } from "./json";
import type { AnswerToRead, HeaderFields, Helper, UsageReader, UsageReport } from "./types";
import { merge, normalise, nothingReported, type Reported, withMedia } from "./usage-numbers";
import { factsOf, type Vendor } from "./vendors";

/** What is around reasoning that is encrypted, however short it is. */
const sealedFrameLength = 900;

export function openaiUsageReader({
  vendor,
  stream,
  headers,
  answerBegins,
}: Omit<AnswerToRead, "endpoint">): UsageReader {
  return answerReader({ findings: new OpenaiFindings(vendor, cachedTokensOf(headers), answerBegins), stream, headers });
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
  private readonly text: GeneratedText;
  /** Then a message beside a delta is all that came so far, as Perplexity tells it, and nothing new. */
  private comesInDeltas = false;
  private failed = false;
  private isEnded = false;
  private isByDuration = false;
  private media: MediaTokens | null = null;
  private serviceTier: string | null = null;
  private readonly searches = { web: 0, files: 0 };
  private painter: Helper | null = null;

  constructor(
    private readonly vendor: Vendor,
    private readonly cachedByHeader: number | null,
    answerBegins?: () => void,
  ) {
    this.text = new GeneratedText(answerBegins);
  }

  take(event: Json): void {
    const response = isObject(event.response) ? event.response : event;
    // Azure's first and last events name none, by an empty text.
    this.model = textOf(response.model) ?? this.model;
    this.serviceTier = textOf(response.service_tier) ?? this.serviceTier;
    if (saysItFailed(event)) this.fail();
    if (event.type === "response.completed" || event.type === "response.incomplete") this.end();
    this.countSearches(event);
    // Where usage stands: beside the choices, in the last of them (Moonshot), or in Groq's own field. The last one counts.
    const choices = Array.isArray(event.choices) ? objectsIn(event.choices) : null;
    for (const { usage } of choices ?? []) this.takeUsage(usage);
    this.takeUsage(response.usage);
    if (isObject(response.tool_usage)) this.painter = painterOf(response, response.tool_usage);
    if (isObject(event.x_groq)) this.takeUsage(event.x_groq.usage);
    if (choices) this.takeChoices(choices);
    else readText(event, this.text);
  }

  private takeUsage(usage: unknown): void {
    if (!isObject(usage)) return;
    if (usage.type === "duration") this.isByDuration = true;
    const details = detailsOf(usage);
    this.reported = merge(this.reported, readUsageBlock(usage, details));
    this.media = mediaOf(details) ?? this.media;
    // Perplexity tells their number, and no items.
    this.searches.web = firstCount(usage.num_search_queries) ?? this.searches.web;
  }

  private takeChoices(choices: Json[]): void {
    const { length } = this.text;
    for (const { text, delta } of choices) {
      if (typeof text === "string") this.text.add(text);
      if (isObject(delta)) readMessage(delta, this.text);
    }
    this.comesInDeltas ||= this.text.length > length;
    if (this.comesInDeltas) return;
    for (const { message } of choices) if (isObject(message)) readMessage(message, this.text);
  }

  /** In a stream each item is told when it is done, and the whole response repeats them. */
  private countSearches({ type, item, object, output }: Json): void {
    if (type === "response.output_item.done") this.countSearch(firstObject(item));
    else if (object === "response") for (const each of objectsIn(output)) this.countSearch(each);
  }

  /** Pages that are opened or searched in are no searches, and cost nothing. */
  private countSearch({ type, action }: Json): void {
    if (type === "web_search_call" && (firstObject(action).type ?? "search") === "search") this.searches.web += 1;
    if (type === "file_search_call") this.searches.files += 1;
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
    noteHiddenTokens(this.vendor, this.reported);
    const cached = this.reported.cached ?? this.cachedByHeader;
    return {
      usage: normalise({ ...this.reported, cached }, factsOf(this.vendor).hiddenTokens),
      ...(this.media && { media: this.media }),
      ...(this.searches.web + this.searches.files > 0 && { searches: this.searches }),
      ...(this.serviceTier !== null && { serviceTier: this.serviceTier }),
      ...(this.painter && { helpers: [this.painter] }),
      isPartial: false,
      ...(this.isByDuration && { isByDuration: true }),
      ...(this.isEnded && { isEnded: true }),
      model: this.model,
      ...this.text.seen(),
      failed: this.failed,
    };
  }
}

/** At the top, in a choice (OpenRouter), in Groq's own field, or as an object that is an error itself (Mistral, older vLLM). */
function saysItFailed(event: Json): boolean {
  const { error, type, object, choices, x_groq } = event;
  if (textOf(error) !== null || type === "error" || object === "error" || type === "response.failed") return true;
  if (hasError(event) || hasError(x_groq)) return true;
  return Array.isArray(choices) && choices.some(hasError);
}

function hasError(value: unknown): boolean {
  return isObject(value) && isObject(value.error);
}

/** Chat, completions and embeddings name input `prompt`; the responses API, images and audio name it `input`. */
function readUsageBlock(usage: Json, { inputDetails, outputDetails }: Details): Reported {
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
    reasoning: firstCount(outputDetails.reasoning_tokens, usage.reasoning_tokens),
  };
}

const usualPainter = "gpt-image-1";

/** What pictures came to that a response had its tool make: beside its own numbers, and by the tool's own model. */
function painterOf({ tools }: Json, toolUsage: Json): Helper | null {
  const block = firstObject(toolUsage.image_gen);
  const details = detailsOf(block);
  const usage = normalise(readUsageBlock(block, details), "output");
  if (!usage || usage.inputTokens + usage.outputTokens === 0) return null;

  const tool = objectsIn(tools).find(({ type }) => type === "image_generation");
  // Its output is pictures, whether it says so or not.
  const told = mediaOf(details)?.image ?? { input: 0, cached: 0, output: 0 };
  const image = { ...told, output: told.output || usage.outputTokens };
  return { model: textOf(tool?.model) ?? usualPainter, usage, media: { image } };
}

type Details = { inputDetails: Json; outputDetails: Json };

function detailsOf(usage: Json): Details {
  return {
    inputDetails: firstObject(usage.prompt_tokens_details, usage.input_tokens_details, usage.input_token_details),
    outputDetails: firstObject(
      usage.completion_tokens_details,
      usage.output_tokens_details,
      usage.output_token_details,
    ),
  };
}

/** Sound and pictures among the tokens; null where there are none. */
function mediaOf({ inputDetails, outputDetails }: Details): MediaTokens | null {
  const told = inputDetails.audio_tokens || inputDetails.image_tokens;
  if (!told && !outputDetails.audio_tokens && !outputDetails.image_tokens) return null;
  const cachedDetails = firstObject(inputDetails.cached_tokens_details);
  const audio = withMedia(null, "audio", {
    input: firstCount(inputDetails.audio_tokens),
    cached: firstCount(cachedDetails.audio_tokens),
    output: firstCount(outputDetails.audio_tokens),
  });
  return withMedia(audio, "image", {
    input: firstCount(inputDetails.image_tokens),
    cached: firstCount(cachedDetails.image_tokens),
    output: firstCount(outputDetails.image_tokens),
  });
}

/** Takes the texts that an answer or an event of the responses API or the like carries, tool calls included. */
function readText(event: Json, text: GeneratedText): void {
  if (typeof event.type === "string") {
    readEvent(event.type, event, text);
  } else if (event.object === "response" && Array.isArray(event.output)) {
    for (const item of objectsIn(event.output)) {
      if (typeof item.arguments === "string") text.add(item.arguments);
      if (Array.isArray(item.content)) {
        for (const part of item.content.filter(isObject)) if (typeof part.text === "string") text.add(part.text);
      }
    }
  }
}

/** An event of the responses API. Reasoning that is not shown is an item all the same, and comes sealed where that was asked for. */
function readEvent(type: string, { delta, item }: Json, text: GeneratedText): void {
  if (type.endsWith(".delta") && typeof delta === "string") {
    if (type.startsWith("response.reasoning_summary")) text.addSummary(delta);
    else if (type.startsWith("response.reasoning")) text.addReasoning(delta);
    else text.add(delta);
  } else if (type.startsWith("response.output_item.") && isObject(item) && item.type === "reasoning") {
    text.beginReasoning();
    if (type.endsWith(".done")) text.addSealed(item.encrypted_content, sealedFrameLength);
  }
}

function readMessage(message: Json, text: GeneratedText): void {
  for (const each of [message.reasoning_content, message.reasoning]) {
    if (typeof each === "string") text.addReasoning(each);
  }
  if (typeof message.refusal === "string") text.add(message.refusal);
  readContent(message.content, text);
  if (isObject(message.function_call)) readFunction(message.function_call, text);
  for (const call of objectsIn(message.tool_calls)) if (isObject(call.function)) readFunction(call.function, text);
}

function readFunction({ name, arguments: given }: Json, text: GeneratedText): void {
  if (typeof name === "string") text.add(name);
  if (typeof given === "string") text.add(given);
}

/** A text, or parts of it: Mistral's thinking is a part that holds parts. */
function readContent(content: unknown, text: GeneratedText): void {
  if (typeof content === "string") text.add(content);
  for (const part of objectsIn(content)) {
    if (typeof part.text === "string") text.add(part.text);
    for (const { text: thought } of objectsIn(part.thinking))
      if (typeof thought === "string") text.addReasoning(thought);
  }
}
