type Json = Record<string, unknown>;

const pathOfVendor = {
  name: "path",
  in: "path",
  required: true,
  description:
    "The provider's own path, such as `v1/chat/completions`, `v1/messages` or `v1beta/models/gemini:generateContent`.",
  schema: { type: "string" },
};

const provider = {
  name: "provider",
  in: "path",
  required: true,
  description: "A provider's slug.",
  schema: { type: "string" },
};

const refusals: Record<number, string> = {
  400: "`invalid_request`: the body cannot be read or metered.",
  401: "`invalid_api_key`: no key, or one that is unknown, expired or revoked.",
  402: "`insufficient_quota`, for keys that are set to be told so, and for Drupal.",
  403: "`tenant_suspended`, `model_not_allowed` or `model_unpriced`.",
  404: "`unknown_endpoint` or `unknown_provider`: nothing was sent upstream.",
  413: "`request_too_large`.",
  429: "`rate_limit_exceeded` (per minute or at once) or `insufficient_quota` (per day or month).",
  502: "`upstream_unreachable`: the call does not count.",
  503: "`unavailable`: the call could not be recorded, so it was not let through.",
  504: "`upstream_timeout`: the call does not count.",
};

const header = (description: string) => ({ description, schema: { type: "string" } });

const limitHeaders = {
  "x-request-id": header("The call's id in the ledger."),
  "x-ratelimit-limit-tokens": header("The tightest limit of tokens."),
  "x-ratelimit-remaining-tokens": header("What is left of it."),
  "x-ratelimit-reset-tokens": header("When it renews, such as `720m0s`."),
  RateLimit: header("All limits that apply, as the IETF's draft has them."),
};

function call(method: "get" | "post", parameters: Json[]): Json {
  const anyBody = { content: { "*/*": {} } };
  return {
    tags: ["Proxy"],
    operationId: `${method}Proxy${parameters.length > 1 ? "Provider" : "Default"}`,
    summary:
      method === "post" ? "A metered call, passed on byte for byte" : "A list of models, passed on and not counted",
    description:
      "An SDK needs only another base URL and its key. Errors come in the dialect of the path, the provider's own as they are.",
    security: [{ apiKey: [] }],
    parameters,
    ...(method === "post" && { requestBody: { required: true, ...anyBody } }),
    responses: {
      200: { description: "The provider's answer, plain or streamed.", headers: limitHeaders, ...anyBody },
      ...Object.fromEntries(Object.entries(refusals).map(([status, description]) => [status, { description }])),
    },
  };
}

/** What passes to the providers: their own APIs, of which only the shape around them is ours. */
export const proxyPaths: Record<string, Json> = {
  "/api/proxy/{provider}/{path}": {
    get: call("get", [provider, pathOfVendor]),
    post: call("post", [provider, pathOfVendor]),
  },
  "/api/proxy/v1/{path}": { get: call("get", [pathOfVendor]), post: call("post", [pathOfVendor]) },
};
