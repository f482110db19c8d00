import { hostTokens } from "./host-tokens";
import { isObject } from "./json";
import { findMember } from "./json-edit";
import { Cut } from "./json-outline";
import { type Body, defaultCompletionTokens, parseBody, promptsIn } from "./openai-request";
import { isMedia, mediaBounds } from "./openai-strict-media";
import { edited, jsonText, type RequestBody } from "./request-body";
import { fieldSet, imageDataLength, inputBound, refuseUnknownFields, shown, unbounded, withCap } from "./strict-bounds";
import type { Endpoint, StrictBounds, StrictRequest, StrictRules } from "./types";
import type { Vendor } from "./vendors";

const maxAnswerTokens = 1_000_000_000;

/** Beside what is listed here a field may add input that nobody sees: searches, stored conversations, files, prompts. */
const anywhere = `model stream stream_options temperature top_p top_k min_p stop seed random_seed user metadata store
  service_tier frequency_penalty presence_penalty repetition_penalty repeat_penalty logit_bias logprobs top_logprobs
  prompt_cache_key prompt_cache_retention safety_identifier background`;
const knownFields: Record<string, Set<string>> = {
  "chat/completions": fields(`messages tools tool_choice parallel_tool_calls functions function_call response_format
    reasoning_effort reasoning verbosity modalities audio thinking provider n max_tokens max_completion_tokens n_predict`),
  completions: fields("prompt suffix echo n best_of max_tokens n_predict"),
  responses: fields(`input instructions tools tool_choice parallel_tool_calls text reasoning include truncation
    max_tool_calls max_output_tokens`),
  embeddings: fields("input dimensions encoding_format input_type"),
};

/** Where an endpoint's cap on its output may stand. */
const capFields: Record<string, string[]> = {
  "chat/completions": ["max_completion_tokens", "max_tokens", "n_predict"],
  completions: ["max_tokens", "n_predict"],
  responses: ["max_output_tokens"],
};

/** Of the two names of a chat's cap these hosts know the newer one, and for some models no other. */
const knowsCompletionTokens = new Set<Vendor>(["openai", "azure-openai"]);

const knownTools = new Set(["function", "custom"]);
const knownItems = new Set([
  "message",
  "function_call",
  "function_call_output",
  "custom_tool_call",
  "custom_tool_call_output",
  "reasoning",
]);
const knownParts = new Set([
  "text",
  "refusal",
  "input_audio",
  "input_text",
  "output_text",
  "summary_text",
  "reasoning_text",
]);
const imageParts = new Set(["image_url", "input_image"]);

/** How a strict plan is kept in this dialect. */
export const openaiStrict: StrictRules = { boundsOf, capAnswers };

function boundsOf(request: StrictRequest): StrictBounds {
  const { endpoint, body: sent, vendor } = request;
  if (isMedia(endpoint)) return mediaBounds(request);
  const known = knownFields[endpoint.name];
  if (!known) throw unbounded("this endpoint");
  if (vendor === "xai" && endpoint.name === "chat/completions") {
    throw unbounded(
      "reasoning, which this provider may not count against the cap here",
      "Use `responses`, where it does.",
    );
  }
  const body = parseBody(sent);
  refuseUnknownFields(jsonText(sent), 0, known);
  refuseUnknownTools(body);
  const images = imagesIn(body);
  const added = hostTokens(vendor, { instructs: instructs(body) });
  return { inputTokens: inputBound(sent, { images, hostTokens: added }), ...answersOf(endpoint, body) };
}

/** Whether the host explains tools to the model, or the form of its answer. */
function instructs({ tools, functions, response_format: format, text }: Body): boolean {
  const names = (list: unknown) => Array.isArray(list) && list.length > 0;
  return names(tools) || names(functions) || format != null || (isObject(text) && text.format != null);
}

function answersOf(endpoint: Endpoint, body: Body): Omit<StrictBounds, "inputTokens"> {
  const stated = (capFields[endpoint.name] ?? [])
    .map((name) => body[name])
    .filter((each): each is number => typeof each === "number" && each >= 0);
  const answerTokens = stated.length === 0 ? null : Math.min(maxAnswerTokens, Math.max(...stated));
  const choices = Math.max(1, body.n ?? 1);
  switch (endpoint.name) {
    case "completions": {
      const answers = Math.max(choices, body.best_of ?? 1) * promptsIn(body);
      return { answers, answerTokens: answerTokens ?? defaultCompletionTokens, leastAnswerTokens: 1 };
    }
    case "chat/completions":
      return { answers: choices, answerTokens, leastAnswerTokens: 1 };
    case "responses":
      return { answers: 1, answerTokens, leastAnswerTokens: 16 };
    default:
      return { answers: 0, answerTokens: 0, leastAnswerTokens: 0 };
  }
}

/** Every cap that is there is lowered where it is higher; where none is there, one is put in. */
function capAnswers({ endpoint, body, vendor, answerTokens }: Parameters<StrictRules["capAnswers"]>[0]): RequestBody {
  const names = capFields[endpoint.name];
  if (!names) return body;

  return edited(body, (text) => {
    const given = names.filter((name) => {
      const member = findMember(text, 0, name);
      return member && text.slice(member.start, member.end) !== "null";
    });
    const isCapped = given.some((name) => name !== "n_predict");
    const capped = isCapped ? given : [...given, capField(endpoint, vendor)];
    return capped.reduce((next, name) => withCap(next, 0, { name, cap: answerTokens }), text);
  });
}

function capField({ name }: Endpoint, vendor: Vendor): string {
  if (name === "responses") return "max_output_tokens";
  return name === "chat/completions" && knowsCompletionTokens.has(vendor) ? "max_completion_tokens" : "max_tokens";
}

/** Tools that the provider runs itself add what they find to the input. */
function refuseUnknownTools({ tools }: Body): void {
  if (!Array.isArray(tools)) return;
  const unknown = tools.find((tool) => !knownTools.has((tool as { type?: string } | null)?.type ?? "function"));
  if (unknown !== undefined) throw unbounded(`a tool of the type \`${shown(unknown.type)}\``);
}

/** The images among the input, by the length of what is given. Other parts than text, sound and images may be larger than they look. */
function imagesIn({ messages, input }: Body): number[] {
  const images: number[] = [];
  for (const item of [messages, input].flatMap((list) => (Array.isArray(list) ? list : []))) {
    if (typeof item !== "object" || item === null) continue;
    const { type = "message", audio, content, output } = item as Record<string, unknown>;
    if (!knownItems.has(String(type))) throw unbounded(`input of the type \`${shown(type)}\``);
    if (audio != null) throw unbounded("an earlier answer's audio");
    for (const parts of [content, output]) if (Array.isArray(parts)) images.push(...parts.flatMap(imageOf));
  }
  return images;
}

function imageOf(part: unknown): number[] {
  if (typeof part !== "object" || part === null || part instanceof Cut) return [];
  const { type, image_url: image } = part as Record<string, unknown>;
  if (!imageParts.has(String(type))) {
    if (knownParts.has(String(type))) return [];
    throw unbounded(`content of the type \`${shown(type)}\``);
  }
  const isAddress = typeof image === "string" || image instanceof Cut;
  return [imageDataLength(isAddress ? image : (image as { url?: unknown } | null | undefined)?.url)];
}

function fields(names: string): Set<string> {
  return fieldSet(`${anywhere} ${names}`);
}
