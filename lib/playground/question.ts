import { versionPathOf } from "../providers/connection";
import { modelsPathOf } from "../providers/model-list";
import type { DialectName } from "../providers/types";
import type { Vendor } from "../providers/vendors";
import type { PlaygroundInput } from "./schema";

/** A question as an app would send it, in the words of a provider's dialect. */
export type Question = { path: string; headers: Record<string, string>; body: object };

type Asked = Pick<PlaygroundInput, "model" | "system" | "user">;
type Speaking = { vendor: Vendor; dialect: DialectName };

/** Anthropic's dialect asks for a bound. */
const anthropicMaxTokens = 4_096;

export function questionTo(provider: Speaking, asked: Asked): Question {
  return questions[provider.dialect](provider, asked);
}

const questions: Record<DialectName, (provider: Speaking, asked: Asked) => Question> = {
  openai: (provider, { model, system, user }) => ({
    path: chatPath(provider, model),
    headers: {},
    body: {
      model,
      stream: true,
      messages: [...(system ? [{ role: "system", content: system }] : []), { role: "user", content: user }],
    },
  }),
  anthropic: (_provider, { model, system, user }) => ({
    path: "/v1/messages",
    headers: { "anthropic-version": "2023-06-01" },
    body: {
      model,
      max_tokens: anthropicMaxTokens,
      stream: true,
      ...(system && { system }),
      messages: [{ role: "user", content: user }],
    },
  }),
  gemini: (provider, { model, system, user }) => ({
    path: `${modelsPathOf(provider)}/${encodeURIComponent(model)}:streamGenerateContent?alt=sse`,
    headers: {},
    body: {
      ...(system && { systemInstruction: { parts: [{ text: system }] } }),
      contents: [{ role: "user", parts: [{ text: user }] }],
    },
  }),
};

/** At Azure the path names the deployment. */
function chatPath(provider: Speaking, model: string): string {
  if (provider.vendor === "azure-openai") {
    const [, version] = modelsPathOf(provider).split("?");
    return `/openai/deployments/${encodeURIComponent(model)}/chat/completions?${version}`;
  }
  return `${versionPathOf(provider.vendor)}/chat/completions`;
}
