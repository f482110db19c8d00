import { describe, expect, test } from "vitest";
import { openai } from "@/lib/providers/openai";
import type { Endpoint, RequestContext } from "@/lib/providers/types";

const context: RequestContext = { vendor: "openai", contentType: "application/json" };

describe("which endpoint a request is for", () => {
  test.each([
    ["POST", "/v1/chat/completions", "metered"],
    ["POST", "/chat/completions", "metered"],
    ["POST", "/openai/v1/chat/completions", "metered"],
    ["POST", "/api/v1/chat/completions", "metered"],
    ["POST", "/inference/v1/chat/completions", "metered"],
    ["POST", "/v1beta/openai/chat/completions", "metered"],
    ["POST", "/inference/chat/completions", "metered"],
    ["POST", "/v1-openai/embeddings", "metered"],
    ["POST", "/compatible-mode/v1/chat/completions", "metered"],
    ["POST", "/v1/openai/embeddings", "metered"],
    ["POST", "/api/v3/chat/completions", "metered"],
    ["POST", "/api/paas/v4/chat/completions", "metered"],
    ["POST", "/api/coding/paas/v4/chat/completions", "metered"],
    ["POST", "/compatibility/v1/chat/completions", "metered"],
    ["POST", "/openai/deployments/gpt-4o/chat/completions", "metered"],
    ["POST", "/openai/responses", "metered"],
    ["POST", "/v1/completions", "metered"],
    ["POST", "/v1/responses", "metered"],
    ["POST", "/v1/embeddings", "metered"],
    ["POST", "/v1/moderations", "checked"],
    ["POST", "/v1/responses/input_tokens", "free"],
    ["GET", "/v1/models", "free"],
    ["GET", "/v1/models/gpt-4o", "free"],
    ["POST", "/v1/models", null],
    ["GET", "/v1/chat/completions", null],
    ["DELETE", "/v1/models/gpt-4o", null],
    ["GET", "/v1/responses/resp_1", null],
    ["POST", "/v1/chat/completions/", null],
    ["POST", "/v1/Chat/Completions", null],
    ["POST", "/v1/v1/chat/completions", null],
    ["POST", "/inference/files", null],
    ["POST", "/v1/openai/files", null],
    ["POST", "/api/paas/v4/files", null],
    ["POST", "/elsewhere/chat/completions", null],
    ["POST", "/v1/files", null],
    ["POST", "/v1/batches", null],
    ["POST", "/v1/fine_tuning/jobs", null],
    ["POST", "/openai/deployments/a/b/chat/completions", null],
    ["POST", "/openai/files", null],
    ["POST", "/", null],
    ["POST", "", null],
  ])("%s %s is %s", (method, path, kind) => {
    expect(openai.findEndpoint(method, path)?.kind ?? null).toBe(kind);
  });
});

test.each([
  { path: "/openai/deployments/gpt-5-pro/chat/completions", model: "gpt-5-pro" },
  { path: "/openai/deployments/our%20model/chat/completions", model: "our model" },
  { path: "/openai/v1/chat/completions", model: undefined },
  { path: "/openai/chat/completions", model: undefined },
  { path: "/v1/chat/completions", model: undefined },
])("the model that $path names is $model", ({ path, model }) => {
  const found = openai.findEndpoint("POST", path) as Endpoint;
  expect(found).toMatchObject({ name: "chat/completions", kind: "metered" });
  expect(found.model).toBe(model);
  expect(openai.readRequest(found, Buffer.from('{"model":"gpt-4o","messages":[]}'), context).model).toBe("gpt-4o");
  expect(openai.readRequest(found, Buffer.from('{"messages":[]}'), context).model).toBe(model ?? null);
});
