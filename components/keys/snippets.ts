import type { Dialect } from "@/lib/providers/vendors/facts";

export type Language = "typescript" | "python" | "curl";

export const languages: { value: Language; label: string }[] = [
  { value: "typescript", label: "TypeScript" },
  { value: "python", label: "Python" },
  { value: "curl", label: "curl" },
];

/** What each dialect's own SDK is called. */
export const sdkNames: Record<Dialect, string> = { openai: "OpenAI", anthropic: "Anthropic", gemini: "Gemini" };

/** Stands where a key's secret is to be put. */
export const secretPlaceholder = "slc_your_key";

type Values = { baseUrl: string; secret: string };

/** A first call with the dialect's official SDK: only base URL and key are other than usual. */
export function snippetOf({ dialect, language, ...values }: Values & { dialect: Dialect; language: Language }): string {
  return snippets[dialect][language](values);
}

const snippets: Record<Dialect, Record<Language, (values: Values) => string>> = {
  openai: {
    typescript: ({ baseUrl, secret }) => `import OpenAI from "openai";

const openai = new OpenAI({
  baseURL: "${baseUrl}",
  apiKey: "${secret}",
});

const answer = await openai.chat.completions.create({
  model: "gpt-4o-mini",
  messages: [{ role: "user", content: "Hello" }],
});`,
    python: ({ baseUrl, secret }) => `from openai import OpenAI

client = OpenAI(
    base_url="${baseUrl}",
    api_key="${secret}",
)

answer = client.chat.completions.create(
    model="gpt-4o-mini",
    messages=[{"role": "user", "content": "Hello"}],
)`,
    curl: ({ baseUrl, secret }) => `curl ${baseUrl}/chat/completions \\
  -H "Authorization: Bearer ${secret}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hello"}]}'`,
  },
  anthropic: {
    typescript: ({ baseUrl, secret }) => `import Anthropic from "@anthropic-ai/sdk";

const anthropic = new Anthropic({
  baseURL: "${baseUrl}",
  apiKey: "${secret}",
});

const answer = await anthropic.messages.create({
  model: "claude-sonnet-4-5",
  max_tokens: 1024,
  messages: [{ role: "user", content: "Hello" }],
});`,
    python: ({ baseUrl, secret }) => `from anthropic import Anthropic

client = Anthropic(
    base_url="${baseUrl}",
    api_key="${secret}",
)

answer = client.messages.create(
    model="claude-sonnet-4-5",
    max_tokens=1024,
    messages=[{"role": "user", "content": "Hello"}],
)`,
    curl: ({ baseUrl, secret }) => `curl ${baseUrl}/v1/messages \\
  -H "x-api-key: ${secret}" \\
  -H "anthropic-version: 2023-06-01" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "claude-sonnet-4-5", "max_tokens": 1024, "messages": [{"role": "user", "content": "Hello"}]}'`,
  },
  gemini: {
    typescript: ({ baseUrl, secret }) => `import { GoogleGenAI } from "@google/genai";

const gemini = new GoogleGenAI({
  apiKey: "${secret}",
  httpOptions: { baseUrl: "${baseUrl}" },
});

const answer = await gemini.models.generateContent({
  model: "gemini-2.5-flash",
  contents: "Hello",
});`,
    python: ({ baseUrl, secret }) => `from google import genai

client = genai.Client(
    api_key="${secret}",
    http_options={"base_url": "${baseUrl}"},
)

answer = client.models.generate_content(
    model="gemini-2.5-flash",
    contents="Hello",
)`,
    curl: ({ baseUrl, secret }) => `curl ${baseUrl}/v1beta/models/gemini-2.5-flash:generateContent \\
  -H "x-goog-api-key: ${secret}" \\
  -H "Content-Type: application/json" \\
  -d '{"contents": [{"parts": [{"text": "Hello"}]}]}'`,
  },
};
