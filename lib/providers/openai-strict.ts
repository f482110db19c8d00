import { isUtf8 } from "node:buffer";
import { AppError } from "../errors";
import { findMember, listMembers, replaced, withMember } from "./json-edit";
import { type Body, defaultCompletionTokens, parseBody } from "./openai-request";
import type { Endpoint, StrictBounds, StrictRules } from "./types";
import type { Vendor } from "./vendors";

/** What hosts put before a conversation of their own accord: a chat template, a system prompt, the frame of tools. */
const hostTokens = 1_024;
/** The most that a model of this dialect counts for one image, whatever its size (gpt-4o-mini: 2,833 and eight tiles). */
const imageTokens = 50_000;
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

function boundsOf({ endpoint, body: bytes, vendor }: Parameters<StrictRules["boundsOf"]>[0]): StrictBounds {
  const known = knownFields[endpoint.name];
  if (!known) throw unbounded("this endpoint");
  if (vendor === "xai" && endpoint.name === "chat/completions") {
    throw unbounded("reasoning, which this provider does not count against the cap here (use `responses`)");
  }
  const body = parseBody(bytes);
  refuseUnknownFields(bytes, body, known);
  refuseUnknownTools(body);
  const images = imagesIn(body);
  return { inputTokens: inputBound(bytes, images), ...answersOf(endpoint, body) };
}

/** A token is at least one byte of the request; an image is what the model makes of it, however it is sent. */
function inputBound(bytes: Buffer, images: string[]): number {
  const length = isUtf8(bytes) ? bytes.length : Buffer.byteLength(bytes.toString("utf8"));
  const sent = images.reduce((sum, image) => sum + image.length, 0);
  return length - sent + images.length * imageTokens + hostTokens;
}

function answersOf(endpoint: Endpoint, body: Body): Omit<StrictBounds, "inputTokens"> {
  const stated = (capFields[endpoint.name] ?? [])
    .map((name) => body[name])
    .filter((each): each is number => typeof each === "number" && each >= 0);
  const answerTokens = stated.length === 0 ? null : Math.min(maxAnswerTokens, Math.max(...stated));
  const choices = Math.max(1, body.n ?? 1);
  switch (endpoint.name) {
    case "completions": {
      const prompts = Array.isArray(body.prompt) && typeof body.prompt[0] !== "number" ? body.prompt.length : 1;
      const answers = Math.max(choices, body.best_of ?? 1) * Math.max(1, prompts);
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
function capAnswers({ endpoint, body, vendor, answerTokens }: Parameters<StrictRules["capAnswers"]>[0]): Buffer {
  const names = capFields[endpoint.name];
  if (!names) return body;

  const given = body.toString("latin1");
  let text = given;
  let isCapped = false;
  for (const name of names) {
    const member = findMember(text, 0, name);
    const value = member && text.slice(member.start, member.end);
    if (!member || value === "null") continue;
    isCapped ||= name !== "n_predict";
    if (!/^\d/.test(value as string) || Number(value) > answerTokens)
      text = replaced(text, member, String(answerTokens));
  }
  if (!isCapped) text = withCap(text, capField(endpoint, vendor), answerTokens);
  return text === given ? body : Buffer.from(text, "latin1");
}

function withCap(text: string, name: string, answerTokens: number): string {
  const empty = findMember(text, 0, name);
  return empty ? replaced(text, empty, String(answerTokens)) : withMember(text, 0, `"${name}":${answerTokens}`);
}

function capField({ name }: Endpoint, vendor: Vendor): string {
  if (name === "responses") return "max_output_tokens";
  return name === "chat/completions" && knowsCompletionTokens.has(vendor) ? "max_completion_tokens" : "max_tokens";
}

/** Of a field that is given twice the provider may read another value than is read here. */
function refuseUnknownFields(bytes: Buffer, body: Body, known: Set<string>): void {
  const seen = new Set<string>();
  for (const { name } of listMembers(bytes.toString("latin1"), 0)) {
    if (seen.has(name)) throw unbounded(`\`${name}\`, which is given twice`);
    seen.add(name);
  }
  const unknown = Object.keys(body).find((name) => body[name] !== null && !known.has(name));
  if (unknown !== undefined) throw unbounded(`\`${unknown.slice(0, 100)}\``);
}

/** Tools that the provider runs itself add what they find to the input. */
function refuseUnknownTools({ tools }: Body): void {
  if (!Array.isArray(tools)) return;
  const unknown = tools.find((tool) => !knownTools.has((tool as { type?: string } | null)?.type ?? "function"));
  if (unknown !== undefined) throw unbounded(`a tool of the type \`${String(unknown.type).slice(0, 100)}\``);
}

/** The images among the input, as they were given. Other parts than text, sound and images may be larger than they look. */
function imagesIn({ messages, input }: Body): string[] {
  const images: string[] = [];
  for (const item of [messages, input].flatMap((list) => (Array.isArray(list) ? list : []))) {
    if (typeof item !== "object" || item === null) continue;
    const { type = "message", audio, content, output } = item as Record<string, unknown>;
    if (!knownItems.has(String(type))) throw unbounded(`input of the type \`${String(type).slice(0, 100)}\``);
    if (audio != null) throw unbounded("an earlier answer's audio");
    for (const parts of [content, output]) if (Array.isArray(parts)) images.push(...parts.flatMap(imageOf));
  }
  return images;
}

function imageOf(part: unknown): string[] {
  if (typeof part !== "object" || part === null) return [];
  const { type, image_url: image } = part as Record<string, unknown>;
  if (!imageParts.has(String(type))) {
    if (knownParts.has(String(type))) return [];
    throw unbounded(`content of the type \`${String(type).slice(0, 100)}\``);
  }
  const url = typeof image === "string" ? image : (image as { url?: unknown } | null | undefined)?.url;
  return [typeof url === "string" && /^data:image\/[\w+.-]+;base64,[\w+/=-]*$/.test(url) ? url : ""];
}

function unbounded(what: string): AppError {
  return new AppError(
    "invalid_request",
    `This client's plan is strict, so a call is let through only if the tokens that it can come to are known beforehand. They are not with ${what}.`,
  );
}

function fields(names: string): Set<string> {
  return new Set(`${anywhere} ${names}`.split(/\s+/));
}
