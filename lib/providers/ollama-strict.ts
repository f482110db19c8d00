import { z } from "zod";
import { hostTokens } from "./host-tokens";
import { type Json, objectsIn } from "./json";
import { findMember, listMembers, replaced, withMember } from "./json-edit";
import { Cut } from "./json-outline";
import { edited, jsonText, type RequestBody, readJson } from "./request-body";
import { base64Length, fieldSet, inputBound, refuseUnknownFields, shown, unbounded, withCap } from "./strict-bounds";
import type { Endpoint, StrictBounds, StrictRequest, StrictRules } from "./types";

const bodyFields = z.object({
  options: z.looseObject({ num_predict: z.number().int().min(-2).max(1_000_000_000).nullish() }).nullish(),
  images: z.array(z.unknown()).nullish(),
  tools: z.unknown().optional(),
  format: z.unknown().optional(),
});

const anywhere = "model options keep_alive truncate";
const generated = "stream format think logprobs top_logprobs";
const knownFields: Record<string, Set<string>> = {
  "api/chat": fieldSet(`${anywhere} ${generated} messages tools`),
  "api/generate": fieldSet(`${anywhere} ${generated} prompt suffix images system template context raw`),
  "api/embed": fieldSet(`${anywhere} input dimensions`),
};

const messageFields = fieldSet("role content thinking images tool_calls tool_name tool_call_id");

/** Some versions generate one token more than their cap says. */
const beyondCap = 1;

/** How a strict plan is kept by Ollama's own endpoints. Its cap counts thinking. */
export const ollamaStrict: StrictRules = { boundsOf, capAnswers };

function boundsOf({ endpoint, body: sent, vendor }: StrictRequest): StrictBounds {
  const body = readJson(sent, bodyFields);
  const text = jsonText(sent);
  refuseUnknownFields(text, 0, knownFields[endpoint.name] ?? new Set());
  refuseTwoCaps(text);
  const messages = objectsIn(body.messages);
  messages.forEach(refuseUnknownMembers);
  const given = [body, ...messages].flatMap(({ images }) => imagesIn(images));
  const added = hostTokens(vendor, { instructs: body.tools != null || body.format != null });
  const inputTokens = inputBound(sent, { images: given, hostTokens: added });
  if (!isGenerated(endpoint)) return { inputTokens, answers: 0, answerTokens: 0, leastAnswerTokens: 0 };

  const cap = body.options?.num_predict ?? null;
  return {
    inputTokens,
    // An answer in a format may be asked for once more, with what was thought before it as input.
    answers: body.format == null ? 1 : 2,
    answerTokens: cap === null || cap <= 0 ? null : cap + beyondCap,
    leastAnswerTokens: 1 + beyondCap,
  };
}

function capAnswers({ endpoint, body, answerTokens }: Parameters<StrictRules["capAnswers"]>[0]): RequestBody {
  if (!isGenerated(endpoint)) return body;
  const cap = answerTokens - beyondCap;
  return edited(body, (text) => {
    const options = findMember(text, 0, "options");
    if (!options) return withMember(text, 0, `"options":{"num_predict":${cap}}`);
    if (text[options.start] !== "{") return replaced(text, options, `{"num_predict":${cap}}`);
    const given = findMember(text, options.start, "num_predict");
    const isNone = given !== null && Number(text.slice(given.start, given.end)) <= 0;
    return isNone ? replaced(text, given, String(cap)) : withCap(text, options.start, { name: "num_predict", cap });
  });
}

/** Ollama takes names in any case. @throws AppError `invalid_request`. */
function refuseUnknownMembers(message: Json): void {
  if (message instanceof Cut) return;
  const unknown = Object.keys(message).find((name) => !messageFields.has(name) && message[name] !== null);
  if (unknown !== undefined) throw unbounded(`\`${shown(unknown)}\` of a message`);
}

function isGenerated({ name }: Endpoint): boolean {
  return name !== "api/embed";
}

/** @throws AppError `invalid_request` where it is not clear which cap is meant. */
function refuseTwoCaps(text: string): void {
  const options = findMember(text, 0, "options");
  if (!options || text[options.start] !== "{") return;
  const caps = listMembers(text, options.start).filter(({ name }) => name.toLowerCase() === "num_predict");
  if (caps.length > 1 || caps.some(({ name }) => name !== "num_predict"))
    throw unbounded("`num_predict`, which is given twice");
}

/** Images by the length of their base64. */
function imagesIn(images: unknown): number[] {
  if (images instanceof Cut) throw unbounded("so many images");
  return Array.isArray(images) ? images.map(base64Length) : [];
}
