import { ollamaErrorBody } from "./error-bodies";
import { readOllamaRequest } from "./ollama-request";
import { ollamaStrict } from "./ollama-strict";
import { ollamaUsageReader } from "./ollama-usage";
import type { Dialect, KnownEndpoint } from "./types";

const posted: readonly KnownEndpoint[] = [
  { name: "api/chat", kind: "metered", method: "POST", path: "/api/chat", streams: true },
  { name: "api/generate", kind: "metered", method: "POST", path: "/api/generate", streams: true },
  { name: "api/embed", kind: "metered", method: "POST", path: "/api/embed", streams: false },
];
const models: KnownEndpoint = { name: "models", kind: "free", method: "GET", path: "/api/tags", streams: false };

/** Ollama's own endpoints, beside those of OpenAI's dialect. */
export const ollama: Dialect = {
  name: "ollama",
  endpoints: [...posted, models],

  findEndpoint(method, path) {
    if (method === "GET") return path === models.path ? models : null;
    return posted.find((endpoint) => method === "POST" && endpoint.path === path) ?? null;
  },

  readRequest: readOllamaRequest,
  // A stream tells its usage unasked.
  prepareBody: ({ body }) => ({ body, hidesUsage: false }),
  strict: ollamaStrict,

  usageReader: ollamaUsageReader,
  isUsageChunk: () => false,

  errorBody: ollamaErrorBody,
};
