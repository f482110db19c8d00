import { isOldVersion } from "./api-version";
import { hostTokens } from "./host-tokens";
import { isObject, type Json, objectsIn } from "./json";
import { findMember } from "./json-edit";
import { Cut } from "./json-outline";
import { type Body, defaultCompletionTokens, parseBody, promptsIn } from "./openai-request";
import { isMedia, mediaBounds } from "./openai-strict-media";
import { edited, jsonText, type RequestBody } from "./request-body";
import { fieldSet, inputBound, refuseUnknownFields, shown, unbounded, withCap } from "./strict-bounds";
import { partsOf, pictureLength, refuseOtherSpellings } from "./strict-pictures";
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
/** Sound is not among them: how long it lasts, and so how many tokens it has, no number of bytes tells. */
const knownParts = new Set(["text", "refusal", "input_text", "output_text", "summary_text", "reasoning_text"]);
const imageParts = new Set(["image_url", "input_image"]);

/** What may come with a message beside its content, which nothing is known of. */
const besideContent = ["audio", "images", "videos", "files", "file_ids", "attachments", "documents"];
/** Of these it is known that their cap on an answer holds what is spoken of it. */
const speak = new Set<Vendor>(["openai", "azure-openai"]);
/** These may think on top of what their cap allows, and so may their models elsewhere. */
const thinksBeyondCap = /\bgrok\b/i;
const servesOthersModels = new Set<Vendor>(["azure-openai", "custom"]);

/** How a strict plan is kept in this dialect. */
export const openaiStrict: StrictRules = { boundsOf, capAnswers };

function boundsOf(request: StrictRequest): StrictBounds {
  const { endpoint, body: sent, vendor } = request;
  if (isMedia(endpoint)) return mediaBounds(request);
  const known = knownFields[endpoint.name];
  if (!known) throw unbounded("this endpoint");
  const body = parseBody(sent);
  const model = endpoint.model ?? body.model ?? "";
  if (endpoint.name === "chat/completions") refuseReasoningBeyondCap(vendor, model);
  refuseUnknownFields(jsonText(sent), 0, known);
  refuseUnknownTools(body);
  refuseUnknownModalities(body, vendor);
  const images = imagesIn(body, vendor);
  const added = hostTokens(vendor, { instructs: instructs(body), model });
  return { inputTokens: inputBound(sent, { images, hostTokens: added }), ...answersOf(endpoint, body) };
}

function refuseReasoningBeyondCap(vendor: Vendor, model: string): void {
  if (vendor !== "xai" && !(servesOthersModels.has(vendor) && thinksBeyondCap.test(model))) return;
  throw unbounded(
    "reasoning, which this provider may not count against the cap here",
    "Use `responses`, where it does.",
  );
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
function capAnswers({
  endpoint,
  body,
  vendor,
  query,
  answerTokens,
}: Parameters<StrictRules["capAnswers"]>[0]): RequestBody {
  const names = capFields[endpoint.name];
  if (!names) return body;

  return edited(body, (text) => {
    const given = names.filter((name) => {
      const member = findMember(text, 0, name);
      return member && text.slice(member.start, member.end) !== "null";
    });
    const isCapped = given.some((name) => name !== "n_predict");
    const capped = isCapped ? given : [...given, capField(endpoint, { vendor, query })];
    return capped.reduce((next, name) => withCap(next, 0, { name, cap: answerTokens }), text);
  });
}

function capField({ name }: Endpoint, { vendor, query }: { vendor: Vendor; query: string }): string {
  if (name === "responses") return "max_output_tokens";
  const isNew = knowsCompletionTokens.has(vendor) && !isOldVersion(vendor, query);
  return name === "chat/completions" && isNew ? "max_completion_tokens" : "max_tokens";
}

/** Tools that the provider runs itself add what they find to the input: some have their name alone, and no type. */
function refuseUnknownTools({ tools }: Body): void {
  if (!Array.isArray(tools)) return;
  for (const tool of tools) {
    if (!isObject(tool)) throw unbounded("a tool that is no object");
    if (tool instanceof Cut) continue;
    refuseOtherSpellings(tool);
    const isFunction = isObject(tool.function) || typeof tool.name === "string";
    const type = tool.type ?? (isFunction ? "function" : Object.keys(tool)[0]);
    if (!knownTools.has(String(type))) throw unbounded(`a tool of the type \`${shown(type)}\``);
  }
}

function refuseUnknownModalities({ modalities }: Body, vendor: Vendor): void {
  const known = speak.has(vendor) ? ["text", "audio"] : ["text"];
  const unknown = [modalities ?? []].flat().find((each) => !known.includes(each as string));
  if (unknown !== undefined) throw unbounded(`answers of the kind \`${shown(unknown)}\``);
}

/** The images among the input, by the length of what is given. Other parts than text and images may be larger than they look. */
function imagesIn({ messages, input }: Body, vendor: Vendor): number[] {
  const images: number[] = [];
  const given = objectsIn(input).filter((item) => !(item instanceof Cut));
  for (const item of given) refuseKeptAtHost(item, vendor);
  for (const item of [...objectsIn(messages), ...given]) {
    if (item instanceof Cut) continue;
    refuseOtherSpellings(item);
    const { type = "message", content, output } = item;
    if (!knownItems.has(String(type))) throw unbounded(`input of the type \`${shown(type)}\``);
    const beside = besideContent.find((name) => item[name] != null);
    if (beside) throw unbounded(`\`${beside}\` of a message`);
    for (const part of [...partsOf(content), ...partsOf(output)]) images.push(...imageOf(part, vendor));
  }
  return images;
}

/** An item that is told by its id alone, and reasoning without what holds it: the host looks up what it has kept. */
function refuseKeptAtHost(item: Json, vendor: Vendor): void {
  const { type, role, id, encrypted_content: sealed, content } = item;
  if (type === undefined && typeof role !== "string") throw unbounded("input that is kept at its host");
  if (type !== "reasoning" || id == null || sealed != null) return;
  if (partsOf(content).length > 0 && !speak.has(vendor)) return;
  throw unbounded(
    "reasoning that is kept at its host",
    'Ask for it with `include: ["reasoning.encrypted_content"]` and send it as it came, or leave it out.',
  );
}

function imageOf(part: unknown, vendor: Vendor): number[] {
  if (!isObject(part) || part instanceof Cut) {
    if (Array.isArray(part)) throw unbounded("a list within content");
    return [];
  }
  refuseOtherSpellings(part);
  const { type, image_url: image, file_id: fileId } = part;
  if (!imageParts.has(String(type))) {
    if (knownParts.has(String(type))) return [];
    throw unbounded(`content of the type \`${shown(type)}\``);
  }
  const url = isObject(image) && !(image instanceof Cut) ? image.url : image;
  return [pictureLength({ url, fileId }, vendor)];
}

function fields(names: string): Set<string> {
  return fieldSet(`${anywhere} ${names}`);
}
