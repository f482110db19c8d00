import { z } from "zod";
import { AppError } from "../errors";
import { estimateTokens } from "../metering/estimate";
import { findMember, replaced, type Span, withMember } from "./json-edit";
import type { Endpoint, PreparedBody, RequestFacts } from "./types";
import type { Vendor } from "./vendors";

const count = z.number().int().min(0).max(1_000_000_000);

/** The fields that metering reads. All else is the provider's business. */
const bodyFields = z.object({
  model: z.string().max(300).optional(),
  stream: z.boolean().nullish(),
  background: z.boolean().nullish(),
  max_tokens: count.nullish(),
  max_completion_tokens: count.nullish(),
  max_output_tokens: count.nullish(),
  n: count.nullish(),
  best_of: count.nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});

export type Body = z.infer<typeof bodyFields> & Record<string, unknown>;

/** What the legacy completions endpoint generates when the request does not say. */
export const defaultCompletionTokens = 16;
/** Longer texts are not kept beside an open call; their tokens stay an estimate by length. */
const keptTextLength = 64_000;
/** Beside the text, each message costs a few tokens of framing. */
const tokensPerMessage = 4;

/** Hosts that send usage in streams unasked, or refuse the option that asks for it. */
const neverAsked = new Set<Vendor>(["mistral", "perplexity", "gemini-openai"]);

/** @throws AppError `invalid_request` when the body is no JSON object or a field that metering reads has a wrong type. */
export function readOpenaiRequest(endpoint: Endpoint, bytes: Buffer): RequestFacts {
  const body = parseBody(bytes);
  if (body.background === true) {
    throw new AppError(
      "invalid_request",
      "`background: true` is not supported here: the tokens of background work show up later than they could be metered.",
    );
  }
  const text = textOf(endpoint, body);
  const messages = Array.isArray(body.messages) ? body.messages.length : 1;
  return {
    model: body.model ?? endpoint.model ?? null,
    stream: body.stream === true,
    inputTokens: estimateTokens(text) + messages * tokensPerMessage,
    outputBound: outputBoundOf(endpoint, body),
    text: text.length <= keptTextLength ? text : null,
  };
}

/**
 * Asks for usage in a stream where the client did not, by inserting text: every other byte stays as the client wrote it.
 * Only chat and completions know the option.
 */
export function askForUsage({
  endpoint,
  body,
  facts,
  vendor,
}: {
  endpoint: Endpoint;
  body: Buffer;
  facts: RequestFacts;
  vendor: Vendor;
}): PreparedBody {
  const unchanged = { body, hidesUsage: false };
  if (!facts.stream || neverAsked.has(vendor)) return unchanged;
  if (endpoint.name !== "chat/completions" && endpoint.name !== "completions") return unchanged;

  const parsed = parseBody(body);
  if (parsed.stream_options?.include_usage === true) return unchanged;
  if (vendor === "azure-openai" && parsed.data_sources !== undefined) return unchanged;
  return { body: withUsageAsked(body, "stream_options" in parsed), hidesUsage: true };
}

function withUsageAsked(body: Buffer, hasOptions: boolean): Buffer {
  const text = body.toString("latin1");
  const options = hasOptions ? findMember(text, 0, "stream_options") : null;
  return Buffer.from(askedIn(text, options), "latin1");
}

function askedIn(text: string, options: Span | null): string {
  if (!options) return withMember(text, 0, '"stream_options":{"include_usage":true}');
  if (text[options.start] !== "{") return replaced(text, options, '{"include_usage":true}');

  const asked = findMember(text, options.start, "include_usage");
  return asked ? replaced(text, asked, "true") : withMember(text, options.start, '"include_usage":true');
}

/** @throws AppError `invalid_request` when the body is no JSON object or a field that metering reads has a wrong type. */
export function parseBody(bytes: Buffer): Body {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new AppError("invalid_request", "The request body is not valid JSON.", { cause });
  }
  const result = bodyFields.safeParse(parsed);
  if (result.success) return parsed as Body;

  const issue = result.error.issues[0];
  const field = issue?.path.join(".");
  throw new AppError(
    "invalid_request",
    field ? `\`${field}\`: ${issue?.message}.` : "The request body must be a JSON object.",
  );
}

/** Beyond this no limit has room. Larger numbers would not be whole ones any more. */
const maxOutputBound = 1_000_000_000_000;

function outputBoundOf(endpoint: Endpoint, body: Body): number | null {
  const bound = statedOutputBound(endpoint, body);
  return bound === null ? null : Math.min(bound, maxOutputBound);
}

function statedOutputBound(endpoint: Endpoint, body: Body): number | null {
  const answers = Math.max(1, body.n ?? 1);
  switch (endpoint.name) {
    case "completions": {
      const prompts = Array.isArray(body.prompt) && typeof body.prompt[0] !== "number" ? body.prompt.length : 1;
      return (body.max_tokens ?? defaultCompletionTokens) * Math.max(answers, body.best_of ?? 1) * Math.max(1, prompts);
    }
    case "chat/completions": {
      const bound = body.max_completion_tokens ?? body.max_tokens ?? null;
      return bound === null ? null : bound * answers;
    }
    case "responses":
      return body.max_output_tokens ?? null;
    default:
      return 0;
  }
}

/** The text that becomes input tokens: messages, prompt, input, instructions and tool definitions, without media. */
function textOf(endpoint: Endpoint, body: Body): string {
  const parts =
    endpoint.name === "embeddings"
      ? [body.input]
      : [
          body.messages,
          body.prompt,
          body.input,
          body.instructions,
          body.tools,
          body.functions,
          body.response_format,
          body.text,
        ];
  const strings: string[] = [];
  for (const part of parts) collectStrings(part, strings);
  return strings.join("\n");
}

/** Stands for a token that is given by its number, or for a number: one token for any way of counting. */
const oneToken = " the";

/** Names of fields whose strings are no prose: media, ids, roles. */
const notText = new Set([
  "role",
  "type",
  "id",
  "url",
  "image_url",
  "file_data",
  "data",
  "format",
  "call_id",
  "tool_call_id",
  "encrypted_content",
  "detail",
]);

/** Deeply nested input must not exhaust the stack, so what is still to be looked at stands in a list. */
function collectStrings(value: unknown, into: string[]): void {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "string") into.push(next);
    else if (typeof next === "number") into.push(oneToken);
    else if (Array.isArray(next)) {
      if (next.every((each) => typeof each === "number")) into.push(oneToken.repeat(next.length));
      else for (let index = next.length - 1; index >= 0; index--) open.push(next[index]);
    } else if (next !== null && typeof next === "object") {
      for (const [name, each] of Object.entries(next).reverse()) if (!notText.has(name)) open.push(each);
    }
  }
}
