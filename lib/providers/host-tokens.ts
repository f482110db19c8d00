import type { Vendor } from "./vendors";

/**
 * These put nothing before a conversation: with the marks between its messages it has fewer tokens than its request has
 * bytes, and so have the tools it names.
 */
const addNothing = new Set<Vendor>(["openai", "gemini", "gemini-openai", "vertex", "mistral"]);
/** Azure hosts others' models too, under names that its customers choose. */
const namedByOpenai = /^(gpt-\d|chatgpt-|o\d|text-embedding-|codex-|model-router)/i;
/** These have a default system prompt at Mistral. */
const prompted = /\bmagistral\b/i;

/** A default system prompt, as the chat templates of open models have it. */
const templateTokens = 512;
/** The instructions how tools are called (Anthropic's list of them ends at 804), or a host's own system prompt. */
const promptTokens = 1_024;

/**
 * What a host may put before a conversation of its own accord, and count as input.
 * @param instructs whether the request asks for what the host explains to the model: tools, an answer in a given form.
 */
export function hostTokens(vendor: Vendor, { instructs, model = "" }: { instructs: boolean; model?: string }): number {
  if (vendor === "azure-openai") return namedByOpenai.test(model) ? 0 : promptTokens;
  if (addNothing.has(vendor) && !prompted.test(model)) return 0;
  if (instructs || vendor === "xai") return promptTokens;
  return vendor === "anthropic" ? 0 : templateTokens;
}
