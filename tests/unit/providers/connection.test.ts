import { expect, test } from "vitest";
import { connectionsTo } from "@/lib/providers/connection";
import { openai } from "@/lib/providers/openai";
import type { Vendor } from "@/lib/providers/vendors";

test.each<{ vendor: Vendor; path: string }>([
  { vendor: "openai", path: "/ours/v1" },
  { vendor: "groq", path: "/ours/v1" },
  { vendor: "custom", path: "/ours/v1" },
  { vendor: "azure-openai", path: "/ours/openai/v1" },
  { vendor: "gemini-openai", path: "/ours" },
  { vendor: "perplexity", path: "/ours" },
])("an SDK of OpenAI's reaches $vendor at $path", ({ vendor, path }) => {
  const provider = { slug: "ours", name: "Ours", vendor, dialect: "openai", isDefault: false } as const;
  expect(connectionsTo([provider])).toMatchObject([{ path }]);
  expect(openai.findEndpoint("POST", `${path.replace("/ours", "")}/chat/completions`)?.kind).toBe("metered");
});

test.each(["anthropic", "gemini"] as const)("the SDK of %s adds the version itself", (vendor) => {
  const provider = { slug: "ours", name: "Ours", vendor, dialect: vendor, isDefault: false };
  expect(connectionsTo([provider])).toMatchObject([{ path: "/ours" }]);
});
