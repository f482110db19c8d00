import { z } from "zod";
import { modelsBeside } from "./reachable-models";
import { type RequestBody, readJson, reservable } from "./request-body";
import { inputOf } from "./request-text";
import type { Endpoint, RequestFacts } from "./types";

/** The fields that metering reads. A `num_predict` of zero or less is no bound. */
const bodyFields = z.object({
  model: z.string().max(300).optional(),
  stream: z.boolean().nullish(),
  options: z.looseObject({ num_predict: z.number().int().min(-2).max(1_000_000_000).nullish() }).nullish(),
});

/** @throws AppError `invalid_request` when the body is no JSON object or a field that metering reads has a wrong type. */
export function readOllamaRequest(endpoint: Endpoint, sent: RequestBody): RequestFacts {
  const body = readJson(sent, bodyFields);
  const isEmbedding = endpoint.name === "api/embed";
  const bound = body.options?.num_predict ?? null;
  return {
    model: body.model ?? null,
    otherModels: modelsBeside(body),
    // It streams unless it is told not to.
    stream: !isEmbedding && body.stream !== false,
    ...inputOf({
      parts: [body.system, body.messages, body.prompt, body.input, body.suffix, body.tools, body.format],
      messages: body.messages,
    }),
    outputBound: isEmbedding ? 0 : reservable(bound === null || bound <= 0 ? null : bound),
  };
}
