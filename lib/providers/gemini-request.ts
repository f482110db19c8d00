import { z } from "zod";
import { firstObject, objectsIn } from "./json";
import { Cut } from "./json-outline";
import { protoCount, type RequestBody, readJson, reservable } from "./request-body";
import { inputOf } from "./request-text";
import type { Endpoint, RequestFacts } from "./types";

/** The fields that metering reads, in both of the spellings that are taken. */
const config = z.looseObject({
  maxOutputTokens: protoCount.nullish(),
  max_output_tokens: protoCount.nullish(),
  candidateCount: protoCount.nullish(),
  candidate_count: protoCount.nullish(),
});
type Config = z.output<typeof config>;
const bodyFields = z.object({
  generationConfig: config.nullish(),
  generation_config: config.nullish(),
});

/** @throws AppError `invalid_request` when the body is no JSON object or a field that metering reads has a wrong type. */
export function readGeminiRequest(endpoint: Endpoint, sent: RequestBody): RequestFacts {
  const body = readJson(sent, bodyFields);
  const isGenerated = endpoint.name.endsWith("enerateContent");
  return {
    // The path names it; what the body says is not believed.
    model: endpoint.model ?? null,
    stream: endpoint.name === "streamGenerateContent",
    ...inputOf({ parts: partsOf(body), messages: body.contents ?? body.requests }),
    outputBound: isGenerated ? reservable(outputBoundOf(body)) : 0,
    asksForReasoning: configsOf(body).some(asksForThoughts),
  };
}

function configsOf(body: z.output<typeof bodyFields>): Config[] {
  return [body.generationConfig, body.generation_config].filter((each) => each != null);
}

/** A budget of -1 leaves it to the model. */
function asksForThoughts(config: Config): boolean {
  const thinking = firstObject(config.thinkingConfig, config.thinking_config);
  const budget = thinking.thinkingBudget ?? thinking.thinking_budget;
  const level = thinking.thinkingLevel ?? thinking.thinking_level;
  return typeof level === "string" || (typeof budget === "number" && budget !== 0);
}

/** Where both spellings are given, room is kept for the larger. */
function outputBoundOf(body: z.output<typeof bodyFields>): number | null {
  const configs = configsOf(body);
  const bounds = configs
    .flatMap((each) => [each.maxOutputTokens, each.max_output_tokens])
    .filter((each) => each != null);
  if (bounds.length === 0) return null;

  const candidates = configs.flatMap((each) => [each.candidateCount, each.candidate_count]).map((each) => each ?? 1);
  return Math.max(...bounds.map(Number)) * Math.max(1, ...candidates.map(Number));
}

/** The parts that become input tokens; of several embeddings those of each. */
function partsOf(body: Record<string, unknown>): unknown[] {
  return [
    body.systemInstruction ?? body.system_instruction,
    body.contents,
    body.tools,
    body.content,
    // Of a long batch only the whole may be known: then the names of its models are counted with it.
    ...(body.requests instanceof Cut ? [body.requests] : objectsIn(body.requests).map(({ content }) => content)),
  ];
}
