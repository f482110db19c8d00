export type Language = "typescript" | "python" | "curl";

export const languages: { value: Language; label: string }[] = [
  { value: "typescript", label: "TypeScript" },
  { value: "python", label: "Python" },
  { value: "curl", label: "curl" },
];

/** A first call with the official `openai` SDK: only base URL and key are other than usual. */
export function snippetOf({
  language,
  baseUrl,
  secret,
}: {
  language: Language;
  baseUrl: string;
  secret: string;
}): string {
  return snippets[language]({ baseUrl, secret });
}

const snippets: Record<Language, (values: { baseUrl: string; secret: string }) => string> = {
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
};
