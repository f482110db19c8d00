import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headersBack, headersUpstream, presentedKey } from "@/lib/gateway/headers";
import { createSecret } from "@/lib/keys/secret";

const canary = "slc_CANARY";
/** One of ours, by its checksum. */
const ours = createSecret();
const legacy = "a-secret-from-before-sluice";

describe("the key that a call presents", () => {
  test.each([
    { name: "a bearer", headers: { authorization: `Bearer ${canary}` } },
    { name: "a bearer in any letters and spacing", headers: { authorization: `bEARER   ${canary} ` } },
    { name: "x-api-key", headers: { "x-api-key": canary } },
    { name: "api-key", headers: { "api-key": canary } },
    { name: "x-goog-api-key", headers: { "x-goog-api-key": canary } },
    { name: "the first of a header given twice", headers: { "x-api-key": [canary, "other"] } },
    {
      name: "a bearer before all others",
      headers: { authorization: `Bearer ${canary}`, "x-api-key": "b", "api-key": "c", "x-goog-api-key": "d" },
      query: "e",
    },
    {
      name: "x-api-key before the other names",
      headers: { "x-api-key": canary, "api-key": "c", "x-goog-api-key": "d" },
      query: "e",
    },
    { name: "api-key before Google's", headers: { "api-key": canary, "x-goog-api-key": "d" }, query: "e" },
    { name: "Google's before the query", headers: { "x-goog-api-key": canary }, query: "e" },
    { name: "the query", headers: {}, query: canary },
    {
      name: "another place where authorization is no bearer",
      headers: { authorization: "Basic abc", "api-key": canary },
    },
    {
      name: "another place where one holds what can be no key",
      headers: { authorization: "Bearer dummy", "api-key": "slc_mistyped", "x-goog-api-key": legacy },
      key: legacy,
    },
    {
      name: "another place where a login for somewhere else stands before it",
      headers: { authorization: `Bearer sk-ant-oat01-${"a".repeat(40)}`, "x-api-key": ours },
      key: ours,
    },
    {
      name: "the first place where none holds what can be a key",
      headers: { "api-key": canary, "x-goog-api-key": "d" },
    },
    { name: "another place where one is empty", headers: { authorization: "", "x-api-key": "", "api-key": canary } },
  ])("is read from $name", ({ headers, query, key = canary }) => {
    expect(presentedKey(headers, query ?? null)).toBe(key);
  });

  test.each([
    { name: "nothing", headers: {} },
    { name: "a bearer without a key", headers: { authorization: "Bearer " } },
    { name: "a bearer of two words", headers: { authorization: "Bearer a b" } },
    { name: "another scheme", headers: { authorization: `Basic ${canary}` } },
    {
      name: "headers that forge another subject",
      headers: { "x-tenant-id": canary, "x-user": canary, cookie: canary },
    },
  ])("is none where there is $name", ({ headers }) => {
    expect(presentedKey(headers, null)).toBeNull();
  });
});

describe("what goes upstream", () => {
  const secret = ["authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "proxy-authorization"];
  const ofConnection = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "host",
    "content-length",
    "expect",
  ];
  const ofClient = ["x-forwarded-for", "x-forwarded-host", "x-forwarded-whatever", "forwarded", "via", "x-real-ip"];
  const ofAccount = ["openai-organization", "openai-project", "x-goog-user-project"];
  const ofMethod = ["x-http-method-override", "x-http-method", "x-method-override", "x-goog-fieldmask"];

  test.each([...secret, ...ofConnection, ...ofClient, ...ofAccount, ...ofMethod])("is never %s", (name) => {
    expect(headersUpstream({ [name]: canary, accept: "*/*" })).toEqual({
      accept: "*/*",
      "accept-encoding": "identity",
    });
    expect(headersUpstream({ [name]: [canary, canary] })).toEqual({ "accept-encoding": "identity" });
  });

  test.each([["x-mine"], ["close, X-Mine"], ["keep-alive,x-mine , other"], [["close", "x-mine"]]])(
    "is nothing that `connection: %j` keeps for this connection",
    (connection) => {
      expect(headersUpstream({ connection, "x-mine": canary, "x-other": "1" })).toEqual({
        "x-other": "1",
        "accept-encoding": "identity",
      });
    },
  );

  test("asks for an answer that the meter can read, whatever the client accepts", () => {
    expect(headersUpstream({ "accept-encoding": "gzip, br, zstd" })).toEqual({ "accept-encoding": "identity" });
  });

  test("is all else as it came: versions, betas, agents and types", () => {
    const headers = {
      "content-type": "application/json",
      "user-agent": "OpenAI/JS",
      "anthropic-version": "2023-06-01",
      "anthropic-beta": ["a", "b"],
      "x-stainless-lang": "js",
      "idempotency-key": "1",
    };
    expect(headersUpstream(headers)).toEqual({ ...headers, "anthropic-beta": "a, b", "accept-encoding": "identity" });
  });

  test("holds no secret, whatever else is sent beside it", () => {
    const harmless = fc.dictionary(fc.stringMatching(/^[a-z][a-z-]{0,12}$/), fc.string(), { maxKeys: 6 });
    fc.assert(
      fc.property(harmless, fc.subarray(secret, { minLength: 1 }), (headers, names) => {
        const given = { ...headers, ...Object.fromEntries(names.map((name) => [name, `Bearer ${canary}`])) };
        expect(JSON.stringify(headersUpstream(given))).not.toContain(canary);
      }),
    );
  });
});

describe("what comes back", () => {
  const ofAccount = ["openai-organization", "openai-project", "anthropic-organization-id", "set-cookie", "set-cookie2"];
  const ofLimits = [
    "x-ratelimit-limit-requests",
    "x-ratelimit-remaining-tokens",
    "x-ratelimit-reset",
    "x-ratelimit-limit-tokens-minute",
    "anthropic-ratelimit-tokens-remaining",
    "ratelimit",
    "ratelimit-policy",
    "ratelimitbysize-limit",
    "x-ratelimitbysize-remaining-minute",
    "anthropic-priority-input-tokens-remaining",
    "anthropic-fast-output-tokens-limit",
    "azure-rate-limit",
  ];
  const ofConnection = ["connection", "keep-alive", "transfer-encoding", "trailer", "upgrade", "content-length"];
  const ofHost = [
    "server",
    "via",
    "x-powered-by",
    "alt-svc",
    "strict-transport-security",
    "cf-ray",
    "nel",
    "report-to",
    "access-control-allow-origin",
    "x-request-id",
    "request-id",
    "x-middleware-next",
    "x-middleware-rewrite",
  ];

  test.each([...ofAccount, ...ofLimits, ...ofConnection, ...ofHost])("is never %s", (name) => {
    expect(headersBack({ [name]: canary, "content-type": "application/json" })).toEqual({
      "content-type": "application/json",
    });
  });

  test("is nothing that the provider's `connection` keeps for its connection", () => {
    expect(headersBack({ connection: "close, X-Inner", "x-inner": canary, "x-other": "1" })).toEqual({
      "x-other": "1",
    });
  });

  test("is all else as it came, the time to wait after a provider's refusal included", () => {
    const headers = {
      "content-type": "text/event-stream",
      "retry-after": "7",
      "retry-after-ms": "7000",
      "x-should-retry": "true",
      "openai-processing-ms": "12",
      "openai-version": "2020-10-01",
      "cache-control": "no-cache",
    };
    expect(headersBack(headers)).toEqual(headers);
  });
});
