import { geminiErrorBody } from "./error-bodies";
import { readGeminiRequest } from "./gemini-request";
import { geminiStrict } from "./gemini-strict";
import { geminiUsageReader } from "./gemini-usage";
import type { Dialect, Endpoint, KnownEndpoint } from "./types";

const verbs: readonly KnownEndpoint[] = [
  { name: "generateContent", kind: "metered", streams: false },
  { name: "streamGenerateContent", kind: "metered", streams: true },
  { name: "embedContent", kind: "metered", streams: false },
  { name: "batchEmbedContents", kind: "metered", streams: false },
  { name: "countTokens", kind: "free", streams: false },
].map((verb) => ({ ...verb, method: "POST", path: `/v1beta/models/{model}:${verb.name}` }) as KnownEndpoint);

const models: KnownEndpoint = { name: "models", kind: "free", method: "GET", path: "/v1beta/models", streams: false };

/** The resources that a method is called on: a model, tuned or not; at Vertex within a project, or an endpoint of one's own. */
const resource = "(?:projects/[^/]+/locations/[^/]+/)?(?:publishers/[^/]+/)?(?:models|tunedModels|endpoints)/([^/:]+)";
const call = new RegExp(`^/v\\d+(?:alpha|beta)?\\d*/${resource}:([A-Za-z]+)$`);
const modelList =
  /^\/v\d+(?:alpha|beta)?\d*\/(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/[^/]+\/)?models(?:\/[^/:]+)?$/;

/** The dialect of Google's Gemini and Vertex AI. */
export const gemini: Dialect = {
  name: "gemini",
  endpoints: [...verbs, models],

  findEndpoint(method, path) {
    if (method === "GET") return modelList.test(path) ? models : null;
    const [, model = "", verb] = call.exec(path) ?? [];
    const endpoint = method === "POST" ? verbs.find(({ name }) => name === verb) : undefined;
    return endpoint ? ({ name: endpoint.name, kind: endpoint.kind, model: decoded(model) } satisfies Endpoint) : null;
  },

  readRequest: readGeminiRequest,
  // A stream tells its usage unasked.
  prepareBody: ({ body }) => ({ body, hidesUsage: false }),
  strict: geminiStrict,

  usageReader: geminiUsageReader,
  isUsageChunk: () => false,

  errorBody: geminiErrorBody,
};

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
