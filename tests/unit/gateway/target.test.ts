import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTarget } from "@/lib/gateway/target";
import { openai } from "@/lib/providers/openai";

describe("where a call goes", () => {
  test.each([
    {
      url: "/api/proxy/openai/v1/chat/completions",
      target: { providerSlug: "openai", path: "/v1/chat/completions", query: "", queryKey: null },
    },
    {
      url: "/api/proxy/v1/chat/completions",
      target: { providerSlug: null, path: "/v1/chat/completions", query: "", queryKey: null },
    },
    {
      url: "/api/proxy/v1beta/models/m:generateContent",
      target: { providerSlug: null, path: "/v1beta/models/m:generateContent" },
    },
    { url: "/api/proxy/v1", target: null },
    {
      url: "/api/proxy/gemini/v1beta/models/m:streamGenerateContent?alt=sse",
      target: { providerSlug: "gemini", path: "/v1beta/models/m:streamGenerateContent", query: "alt=sse" },
    },
    {
      url: "/api/proxy/azure/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
      target: {
        providerSlug: "azure",
        path: "/openai/deployments/gpt-4o/chat/completions",
        query: "api-version=2024-10-21",
      },
    },
    { url: "/api/proxy/openai/v1/models/ft%3Agpt-4o", target: { path: "/v1/models/ft%3Agpt-4o" } },
    { url: "/api/proxy/openai/v1/models/a..b", target: { path: "/v1/models/a..b" } },
    { url: "/api/proxy/openai/v1/models/a..;b", target: { path: "/v1/models/a..;b" } },
    { url: "/api/proxy/openai/v1/models?x=//..%2f", target: { query: "x=//..%2f" } },
    { url: "/api/proxy/openai", target: null },
    { url: "/api/proxy/openai?x=/v1", target: null },
    { url: "/api/proxy/", target: null },
    { url: "/api/proxy", target: null },
    { url: "/api/proxyx/openai/v1/models", target: null },
    { url: "/api/admin/tenants", target: null },
    { url: "http://elsewhere/api/proxy/openai/v1/models", target: null },
    { url: "", target: null },
  ])("$url", ({ url, target }) => {
    if (target === null) expect(readTarget(url)).toBeNull();
    else expect(readTarget(url)).toMatchObject(target);
  });

  test.each([
    "/v1/../admin",
    "/v1/./chat/completions",
    "/v1/chat/..",
    "/v1/chat/.",
    "/..",
    "/v1/models/..;/files",
    "/v1/models/.;x=1/files",
    "/v1//chat/completions",
    "/v1/models/a%2Fb",
    "/v1/models/a%2fb",
    "/v1/%2e%2e/admin",
    "/v1/.%2E/admin",
    "/v1/models/a%5cb",
    "/v1/models/a\\b",
    "/v1/models/a%00b",
    "/v1/models/a%0d%0ab",
    "/v1/models/a%1fb",
    "/v1/models/a%7fb",
    "/v1/models/a#b",
    "/v1/models/a b",
    "/v1/models/a\tb",
    "/v1/models/a\r\nx: y",
    "/v1/models/a\u0000b",
    "/v1/models/é",
  ])("a path that could be read in two ways is no target: %j", (path) => {
    expect(readTarget(`/api/proxy/openai${path}`)).toBeNull();
  });

  test("what the URL parser of an upstream makes of a path is the same path", () => {
    const segment = fc.oneof(
      fc.constantFrom(
        "chat",
        "completions",
        "..",
        ".",
        "",
        "%2e",
        "%2E%2e",
        "a",
        "v1",
        "a\\b",
        "%2f",
        "a;b",
        "a:b",
        "a@b",
        "a?b",
        "a#b",
      ),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
        const target = readTarget(`/api/proxy/openai/${segments.join("/")}`);
        if (target === null) return;
        const { pathname, host, hash, search } = new URL(target.path, "https://upstream.example");
        expect([host, hash, search]).toEqual(["upstream.example", "", ""]);
        expect(openai.findEndpoint("POST", pathname)).toEqual(openai.findEndpoint("POST", target.path));
        expect(pathname.split("/").length).toBe(target.path.split("/").length);
        expect(pathname).not.toMatch(/\/\.{1,2}(\/|$)|\/\//);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("a key in the query", () => {
  test.each([
    { name: "is taken out", query: "key=abc", rest: "", key: "abc" },
    { name: "leaves what stands before it", query: "alt=sse&key=abc", rest: "alt=sse", key: "abc" },
    { name: "leaves what stands behind it", query: "key=abc&alt=sse", rest: "alt=sse", key: "abc" },
    {
      name: "leaves what stands around it, as it was written",
      query: "a=%2F+%20x&key=abc&&b&$alt=json;enum-encoding=int",
      rest: "a=%2F+%20x&&b&$alt=json;enum-encoding=int",
      key: "abc",
    },
    { name: "is taken out wherever it stands again", query: "key=abc&key=def&a=1&key=", rest: "a=1", key: "abc" },
    { name: "is taken out where its name is encoded", query: "k%65y=abc&%6B%65%79=def&a=1", rest: "a=1", key: "abc" },
    { name: "may be encoded", query: "key=a%2Bb%3D", rest: "", key: "a+b=" },
    { name: "that is encoded wrongly is taken as it is", query: "key=a%zz", rest: "", key: "a%zz" },
    {
      name: "is not what only ends or begins like one",
      query: "monkey=1&keys=2&key2=3&x-key=4&KEY=5",
      rest: "monkey=1&keys=2&key2=3&x-key=4&KEY=5",
      key: null,
    },
    { name: "is not a name without a value", query: "key&a=1", rest: "key&a=1", key: null },
    { name: "may hold an equals sign", query: "key=a=b&c", rest: "c", key: "a=b" },
  ])("$name", ({ query, rest, key }) => {
    expect(readTarget(`/api/proxy/gemini/v1beta/models?${query}`)).toMatchObject({ query: rest, queryKey: key });
  });

  test("never goes on, and every other parameter stays byte for byte", () => {
    const name = fc
      .string({ minLength: 1 })
      .map(encodeURIComponent)
      .filter((text) => text !== "key");
    const parameter = fc.tuple(name, fc.string().map(encodeURIComponent)).map((pair) => pair.join("="));
    fc.assert(
      fc.property(fc.array(parameter), fc.array(parameter), (before, after) => {
        const target = readTarget(`/api/proxy/gemini/v1beta/models?${[...before, "key=CANARY", ...after].join("&")}`);
        expect(target?.queryKey).toBe("CANARY");
        expect(target?.query).toBe([...before, ...after].join("&"));
      }),
    );
  });
});
