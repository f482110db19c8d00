import { readAnthropicRequest } from "./anthropic-request";
import { anthropicStrict } from "./anthropic-strict";
import { anthropicUsageReader } from "./anthropic-usage";
import { anthropicErrorBody } from "./error-bodies";
import type { Dialect, KnownEndpoint } from "./types";

const endpoints: readonly KnownEndpoint[] = [
  { name: "messages", kind: "metered", method: "POST", path: "/v1/messages", streams: true },
  { name: "messages/count_tokens", kind: "free", method: "POST", path: "/v1/messages/count_tokens", streams: false },
  { name: "models", kind: "free", method: "GET", path: "/v1/models", streams: false },
];
const [messages, countTokens, models] = endpoints as [KnownEndpoint, KnownEndpoint, KnownEndpoint];

/** The dialect of Anthropic. */
export const anthropic: Dialect = {
  name: "anthropic",
  endpoints,

  findEndpoint(method, path) {
    const name = /^\/(?:api\/|anthropic\/)?v1\/(.+)$/.exec(path)?.[1];
    if (method === "POST" && name === "messages") return messages;
    if (method === "POST" && name === "messages/count_tokens") return countTokens;
    return method === "GET" && name !== undefined && /^models(\/[^/]+)?$/.test(name) ? models : null;
  },

  readRequest: readAnthropicRequest,
  // A stream tells its usage unasked.
  prepareBody: ({ body }) => ({ body, hidesUsage: false }),
  strict: anthropicStrict,

  usageReader: anthropicUsageReader,
  isUsageChunk: () => false,

  errorBody: anthropicErrorBody,
};
