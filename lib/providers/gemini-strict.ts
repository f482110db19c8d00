import { z } from "zod";
import { hostTokens } from "./host-tokens";
import { type Json, objectsIn } from "./json";
import { findMember, listMembers, replaced, type Span, withMember } from "./json-edit";
import { edited, jsonText, protoCount, type RequestBody, readJson } from "./request-body";
import {
  base64Length,
  encodedTextBound,
  fieldSet,
  inputBound,
  refuseUnknownFields,
  shown,
  unbounded,
  withCap,
} from "./strict-bounds";
import type { Endpoint, StrictBounds, StrictRequest, StrictRules } from "./types";

const config = z.looseObject({
  maxOutputTokens: protoCount.nullish(),
  max_output_tokens: protoCount.nullish(),
  candidateCount: protoCount.nullish(),
  candidate_count: protoCount.nullish(),
  responseModalities: z.array(z.string()).nullish(),
  response_modalities: z.array(z.string()).nullish(),
});
const bodyFields = z.object({ generationConfig: config.nullish(), generation_config: config.nullish() });

/** Every name may be written in two ways; of those that count here only one of the two is taken at a time. */
const spellings = [
  ["generationConfig", "generation_config"],
  ["maxOutputTokens", "max_output_tokens"],
  ["candidateCount", "candidate_count"],
] as const;

const knownFields =
  fieldSet(`model contents systemInstruction system_instruction tools toolConfig tool_config safetySettings
  safety_settings generationConfig generation_config labels content requests taskType task_type title outputDimensionality
  output_dimensionality`);
const knownTools = fieldSet("functionDeclarations function_declarations");
const knownParts =
  fieldSet(`text inlineData inline_data functionCall function_call functionResponse function_response thought
  thoughtSignature thought_signature`);

/** What Gemini reads as the text that it is. */
const readAsText = /^text\/(plain|markdown|html|xml|csv)$/;

/** How a strict plan is kept in Gemini's dialect. Its cap counts thoughts. */
export const geminiStrict: StrictRules = { boundsOf, capAnswers };

function boundsOf({ endpoint, body: sent, vendor }: StrictRequest): StrictBounds {
  const body = readJson(sent, bodyFields);
  const text = jsonText(sent);
  refuseUnknownFields(text, 0, knownFields);
  const given = findConfig(text);
  if (given) refuseAmbiguous(text, given.start);

  const tools = objectsIn(body.tools).flatMap(Object.keys);
  const tool = tools.find((name) => !knownTools.has(name));
  if (tool !== undefined) throw unbounded(`the tool \`${shown(tool)}\``);
  const added = hostTokens(vendor, { instructs: tools.length > 0 });
  return { inputTokens: inputOf(sent, { inline: inlineIn(body), hostTokens: added }), ...answersOf(endpoint, body) };
}

/** Inline data is an image or a text. Files by their address, sound, films and PDFs may be larger than they look. */
function inputOf(
  sent: RequestBody,
  { inline, hostTokens }: { inline: { type: string; data: unknown }[]; hostTokens: number },
): number {
  const images = inline.filter(({ type }) => type.startsWith("image/"));
  const others = inline.filter(({ type }) => !type.startsWith("image/"));
  const unknown = others.find(({ type }) => !readAsText.test(type));
  if (unknown) {
    const what = `content of the type \`${shown(unknown.type)}\``;
    throw unbounded(what, "Send its text, or ask the agency for a plan that is not strict.");
  }
  const beyond = others.reduce((sum, { data }) => sum + encodedTextBound(data), 0);
  const bound = inputBound(sent, { images: images.map(({ data }) => base64Length(data)), hostTokens });
  return bound + beyond;
}

function answersOf({ name }: Endpoint, body: z.output<typeof bodyFields>): Omit<StrictBounds, "inputTokens"> {
  if (!name.endsWith("enerateContent")) return { answers: 0, answerTokens: 0, leastAnswerTokens: 0 };

  const given = body.generationConfig ?? body.generation_config ?? {};
  const modality = (given.responseModalities ?? given.response_modalities ?? []).find((each) => each !== "TEXT");
  if (modality !== undefined) throw unbounded(`answers of the kind \`${shown(modality)}\``);
  const answerTokens = given.maxOutputTokens ?? given.max_output_tokens ?? null;
  return {
    answers: Math.max(1, Number(given.candidateCount ?? given.candidate_count ?? 1)),
    answerTokens: answerTokens === null ? null : Number(answerTokens),
    leastAnswerTokens: 1,
  };
}

function capAnswers({ endpoint, body, answerTokens }: Parameters<StrictRules["capAnswers"]>[0]): RequestBody {
  if (!endpoint.name.endsWith("enerateContent")) return body;
  return edited(body, (text) => {
    const found = findConfig(text);
    if (!found) return withMember(text, 0, `"generationConfig":{"maxOutputTokens":${answerTokens}}`);
    if (text[found.start] !== "{") return replaced(text, found, `{"maxOutputTokens":${answerTokens}}`);

    const name = findMember(text, found.start, "max_output_tokens") ? "max_output_tokens" : "maxOutputTokens";
    return withCap(text, found.start, { name, cap: answerTokens });
  });
}

function findConfig(text: string): Span | null {
  refuseAmbiguous(text, 0);
  return findMember(text, 0, "generationConfig") ?? findMember(text, 0, "generation_config");
}

/** @throws AppError `invalid_request` where an object gives one thing twice, in one spelling or in both. */
function refuseAmbiguous(text: string, from: number): void {
  const names = listMembers(text, from).map(({ name }) => name);
  const twice = spellings.find((pair) => names.filter((name) => (pair as readonly string[]).includes(name)).length > 1);
  if (twice) throw unbounded(`\`${twice[0]}\`, which is given twice`);
}

/** What stands among the parts of content that is no text of the request itself. */
function inlineIn(body: Record<string, unknown>): { type: string; data: unknown }[] {
  const contents = [
    ...objectsIn(body.contents),
    ...objectsIn([body.contents, body.content, body.systemInstruction, body.system_instruction]),
    ...objectsIn(body.requests).flatMap(({ content }) => objectsIn([content])),
  ];
  return contents
    .flatMap(({ parts }) => [...objectsIn(parts), ...objectsIn([parts])])
    .flatMap((part) => [part, ...partsOfResults(part)])
    .flatMap((part) => {
      const unknown = Object.keys(part).find((name) => !knownParts.has(name));
      if (unknown !== undefined) throw unbounded(`content of the type \`${shown(unknown)}\``);
      return objectsIn([part.inlineData, part.inline_data]).map((inline) => ({
        type: String(inline.mimeType ?? inline.mime_type),
        data: inline.data,
      }));
    });
}

/** A function's result may have parts of its own. */
function partsOfResults({ functionResponse, function_response }: Json): Json[] {
  return objectsIn([functionResponse, function_response]).flatMap(({ parts }) => [
    ...objectsIn(parts),
    ...objectsIn([parts]),
  ]);
}
