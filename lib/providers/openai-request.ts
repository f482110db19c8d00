import { z } from "zod";
import { AppError } from "../errors";
import { isThinking } from "./anthropic-request";
import { isOldVersion } from "./api-version";
import { isForm } from "./body-reader";
import { isObject } from "./json";
import { findMember, replaced, type Span, withMember } from "./json-edit";
import { Cut } from "./json-outline";
import { readOpenaiForm } from "./openai-form";
import { imageTokens } from "./openai-images";
import { modelsBeside } from "./reachable-models";
import { count, edited, type RequestBody, readJson, reservable } from "./request-body";
import { inputOf } from "./request-text";
import type { Endpoint, PreparedBody, RequestContext, RequestFacts, RequestToPrepare } from "./types";
import { factsOf, type Vendor } from "./vendors";

/** The most tokens of an answer. Servers of one's own take a negative one for none. */
const bound = z.number().int().min(-2).max(1_000_000_000);

/** The fields that metering reads. All else is the provider's business. */
const bodyFields = z.object({
  model: z.string().max(300).nullish(),
  stream: z.boolean().nullish(),
  max_tokens: bound.nullish(),
  max_completion_tokens: bound.nullish(),
  max_output_tokens: count.nullish(),
  /** llama.cpp's name for it. */
  n_predict: bound.nullish(),
  n: count.nullish(),
  best_of: count.nullish(),
  partial_images: count.nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});

export type Body = z.infer<typeof bodyFields> & Record<string, unknown>;

/** What the legacy completions endpoint generates when the request does not say. */
export const defaultCompletionTokens = 16;

/** @throws AppError `invalid_request` when the body is no JSON object or a field that metering reads has a wrong type. */
export function readOpenaiRequest(endpoint: Endpoint, sent: RequestBody, context: RequestContext): RequestFacts {
  if (isForm(context.contentType)) return readOpenaiForm(endpoint, sent, context);
  requireJson(context);
  const body = parseBody(sent);
  refuseLaterWork(endpoint, body);
  refuseNegative(body, context.vendor);
  return {
    model: body.model ?? endpoint.model ?? null,
    otherModels: modelsBeside(body),
    stream: body.stream === true || endpoint.name === "audio/speech",
    ...inputOf({ parts: partsOf(endpoint, body), messages: body.messages }),
    outputBound: reservable(outputBoundOf(endpoint, body, context.vendor)),
    asksForReasoning: asksForReasoning(body),
  };
}

/** Whoever takes such a form reads other fields in it than stand in its JSON. */
function requireJson({ contentType }: RequestContext): void {
  if (!/^application\/x-www-form-urlencoded\b/i.test(contentType ?? "")) return;
  throw new AppError(
    "invalid_request",
    "Send the body as `application/json`: as the form that its type says it is, it could not be metered.",
  );
}

function refuseNegative(body: Body, vendor: Vendor): void {
  if (factsOf(vendor).readsNPredict) return;
  const negative = (["max_tokens", "max_completion_tokens"] as const).find((name) => (body[name] ?? 0) < 0);
  if (negative) throw new AppError("invalid_request", `\`${negative}\`: must not be negative.`);
}

/** Whatever is not plainly no may be read as yes. To pictures, `background` is what they stand on. */
function refuseLaterWork({ name }: Endpoint, body: Body): void {
  const fields = name.startsWith("images/") ? ["deferred"] : ["background", "deferred"];
  const later = fields.find((field) => (body[field] ?? false) !== false);
  if (!later) return;
  throw new AppError(
    "invalid_request",
    `\`${later}: true\` is not supported here: the tokens of ${later} work show up later than they could be metered.`,
  );
}

/**
 * Asks for usage in a stream where the client did not, by inserting text: every other byte stays as the client wrote it.
 * Only chat and completions know the option.
 */
export function askForUsage({ endpoint, body, facts, vendor, query }: RequestToPrepare): PreparedBody {
  const unchanged = { body, hidesUsage: false };
  const { streamUsage, neverAskedWith } = factsOf(vendor);
  if (!facts.stream || streamUsage === "unasked") return unchanged;
  if (isOldVersion(vendor, query)) return unchanged;
  if (endpoint.name !== "chat/completions" && endpoint.name !== "completions") return unchanged;

  const parsed = parseBody(body);
  if (parsed.stream_options?.include_usage === true) return unchanged;
  if (neverAskedWith !== undefined && parsed[neverAskedWith] !== undefined) return unchanged;
  const hasOptions = "stream_options" in parsed;
  const asked = edited(body, (text) => askedIn(text, hasOptions ? findMember(text, 0, "stream_options") : null));
  return { body: asked, hidesUsage: true };
}

function askedIn(text: string, options: Span | null): string {
  if (!options) return withMember(text, 0, '"stream_options":{"include_usage":true}');
  if (text[options.start] !== "{") return replaced(text, options, '{"include_usage":true}');

  const asked = findMember(text, options.start, "include_usage");
  return asked ? replaced(text, asked, "true") : withMember(text, options.start, '"include_usage":true');
}

/** @throws AppError `invalid_request` when the body is no JSON object or a field that metering reads has a wrong type. */
export function parseBody(body: RequestBody): Body {
  return readJson(body, bodyFields);
}

/** In the words of OpenAI, or of hosts that took Anthropic's. */
function asksForReasoning({ reasoning_effort: effort, reasoning, thinking }: Body): boolean {
  return isEffort(effort) || (isObject(reasoning) && isEffort(reasoning.effort)) || isThinking(thinking);
}

function isEffort(effort: unknown): boolean {
  return typeof effort === "string" && effort !== "none" && effort !== "minimal";
}

function outputBoundOf(endpoint: Endpoint, body: Body, vendor: Vendor): number | null {
  const answers = Math.max(1, body.n ?? 1);
  const { readsNPredict } = factsOf(vendor);
  switch (endpoint.name) {
    case "completions": {
      const bound = readsNPredict
        ? largestBound([body.max_tokens, body.n_predict])
        : largestBound([body.max_tokens ?? defaultCompletionTokens]);
      return bound === null ? null : bound * Math.max(answers, body.best_of ?? 1) * promptsIn(body);
    }
    case "chat/completions": {
      const { max_completion_tokens: newer, max_tokens: older } = body;
      const bound = largestBound([newer, older, readsNPredict ? body.n_predict : null]);
      return bound === null ? null : bound * answers;
    }
    case "responses":
      return body.max_output_tokens ?? null;
    case "images/generations":
    case "images/edits":
      return answers * imageTokens(body);
    default:
      return 0;
  }
}

/** Several prompts are answered each on its own; a list of numbers is one, given by its tokens. */
export function promptsIn({ prompt }: Body): number {
  if (prompt instanceof Cut) return prompt.list && !prompt.list.beginsWithNumber ? Math.max(1, prompt.list.length) : 1;
  return Array.isArray(prompt) && typeof prompt[0] !== "number" ? Math.max(1, prompt.length) : 1;
}

/** Which of several names for the same bound a server believes is its own business: room is kept for the largest. */
function largestBound(named: (number | null | undefined)[]): number | null {
  const stated = named.filter((each) => each != null);
  return stated.length === 0 || stated.some((each) => each < 0) ? null : Math.max(...stated);
}

/** The parts that become input tokens: messages, prompt, input, instructions and tool definitions. */
function partsOf(endpoint: Endpoint, body: Body): unknown[] {
  if (endpoint.name === "embeddings") return [body.input];
  return [
    body.messages,
    body.prompt,
    body.input,
    body.instructions,
    body.tools,
    body.functions,
    body.response_format,
    body.text,
  ];
}
