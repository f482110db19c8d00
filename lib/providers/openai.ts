import { openaiErrorBody } from "./error-bodies";
import { askForUsage, readOpenaiRequest } from "./openai-request";
import { openaiStrict } from "./openai-strict";
import { isUsageChunk, openaiUsageReader } from "./openai-usage";
import type { Dialect, Endpoint } from "./types";

/** The prefixes under which vendors serve this dialect. Azure's names the deployment, which is the model there. */
const prefix =
  /^(?:\/v1|\/openai\/v1|\/api\/v1|\/inference\/v1|\/v1beta\/openai|\/beta|\/openai\/deployments\/([^/]+))?(\/.+)$/;

const metered = ["chat/completions", "completions", "responses", "embeddings"];
const checked = ["moderations"];
const free = ["responses/input_tokens"];

const posted = new Map<string, Endpoint>([
  ...metered.map((name) => [name, { name, kind: "metered" }] as const),
  ...checked.map((name) => [name, { name, kind: "checked" }] as const),
  ...free.map((name) => [name, { name, kind: "free" }] as const),
]);

const models: Endpoint = { name: "models", kind: "free" };

/** The dialect of OpenAI and of the many hosts that are compatible with it. */
export const openai: Dialect = {
  name: "openai",

  findEndpoint(method, path) {
    const [, deployment, rest] = prefix.exec(path) ?? [];
    const name = rest?.slice(1);
    if (name === undefined) return null;
    if (method === "POST") {
      const endpoint = posted.get(name) ?? null;
      return endpoint && deployment !== undefined ? { ...endpoint, model: decoded(deployment) } : endpoint;
    }
    return method === "GET" && /^models(\/.+)?$/.test(name) ? models : null;
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
