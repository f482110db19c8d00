import { z } from "zod";
import { isObject } from "./json";
import { modelsBeside } from "./reachable-models";
import { count, jsonText, type RequestBody, readJson, reservable } from "./request-body";
import { inputOf } from "./request-text";
import type { Endpoint, RequestFacts } from "./types";

/** The fields that metering reads. The budget for thinking is a part of `max_tokens`. */
const bodyFields = z.object({
  model: z.string().max(300).optional(),
  stream: z.boolean().nullish(),
  max_tokens: count.nullish(),
});

/** How long a part is to be cached, where it is not five minutes. */
const hour = '"1h"';

/** @throws AppError `invalid_request` when the body is no JSON object or a field that metering reads has a wrong type. */
export function readAnthropicRequest(_endpoint: Endpoint, sent: RequestBody): RequestFacts {
  const body = readJson(sent, bodyFields);
  return {
    model: body.model ?? null,
    otherModels: modelsBeside(body),
    stream: body.stream === true,
    ...inputOf({ parts: [body.system, body.messages, body.tools], messages: body.messages }),
    outputBound: reservable(body.max_tokens ?? null),
    cachesForAnHour: (Buffer.isBuffer(sent) ? sent : jsonText(sent)).includes(hour),
    asksForReasoning: isThinking(body.thinking),
  };
}

/** `enabled` with a budget, or `adaptive`. */
export function isThinking(thinking: unknown): boolean {
  return isObject(thinking) && typeof thinking.type === "string" && thinking.type !== "disabled";
}
