import { openaiErrorBody } from "./error-bodies";
import { askForUsage, readOpenaiRequest } from "./openai-request";
import { openaiStrict } from "./openai-strict";
import { isUsageChunk, openaiUsageReader } from "./openai-usage";
import type { Dialect, Endpoint, KnownEndpoint } from "./types";

/** The prefixes under which vendors serve this dialect, those that are no vendor of ours among them; longer ones first. */
const prefixes = [
  ...["/v1/openai", "/v1", "/openai/v1", "/api/v1", "/inference/v1", "/v1beta/openai"],
  ...["/inference", "/v1-openai", "/compatible-mode/v1", "/compatibility/v1"],
  ...["/api/v3", "/api/paas/v4", "/api/coding/paas/v4"],
].join("|");
/** Azure's names the deployment, which is the model there, or for endpoints that came later only the API. */
const postPrefix = new RegExp(`^(?:${prefixes}|/beta|/models|/openai/deployments/([^/]+)|/openai)?(/.+)$`);
const listPrefix = new RegExp(`^(?:${prefixes}|/openai)?/models(?:/.+)?$`);

const posted: readonly KnownEndpoint[] = (
  [
    { name: "chat/completions", kind: "metered", streams: true },
    { name: "completions", kind: "metered", streams: true },
    { name: "responses", kind: "metered", streams: true },
    { name: "embeddings", kind: "metered", streams: false },
    { name: "images/generations", kind: "metered", streams: true },
    { name: "images/edits", kind: "metered", streams: true },
    { name: "audio/transcriptions", kind: "metered", streams: true },
    { name: "audio/translations", kind: "metered", streams: false, countsRequestsOnly: true },
    { name: "audio/speech", kind: "metered", streams: true, countsRequestsOnly: true },
    { name: "moderations", kind: "checked", streams: false },
    { name: "responses/input_tokens", kind: "free", streams: false },
  ] as const
).map((endpoint) => ({ ...endpoint, method: "POST", path: `/v1/${endpoint.name}` }));

const byName = new Map<string, Endpoint>(posted.map((endpoint) => [endpoint.name, endpoint]));
const models: KnownEndpoint = { name: "models", kind: "free", method: "GET", path: "/v1/models", streams: false };

/** The dialect of OpenAI and of the many hosts that are compatible with it. */
export const openai: Dialect = {
  name: "openai",
  endpoints: [...posted, models],

  findEndpoint(method, path) {
    if (method === "GET") return listPrefix.test(path) ? models : null;
    const [, deployment, rest] = postPrefix.exec(path) ?? [];
    const endpoint = method === "POST" && rest !== undefined ? (byName.get(rest.slice(1)) ?? null) : null;
    return endpoint && deployment !== undefined ? { ...endpoint, model: decoded(deployment) } : endpoint;
  },

  readRequest: readOpenaiRequest,
  prepareBody: askForUsage,
  strict: openaiStrict,

  usageReader: openaiUsageReader,
  isUsageChunk,

  errorBody: openaiErrorBody,
};

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
