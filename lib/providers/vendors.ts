import { anthropic } from "./vendors/anthropic";
import { azureOpenai } from "./vendors/azure-openai";
import { custom } from "./vendors/custom";
import { deepseek } from "./vendors/deepseek";
import type { VendorFacts } from "./vendors/facts";
import { fireworks } from "./vendors/fireworks";
import { gemini } from "./vendors/gemini";
import { geminiOpenai } from "./vendors/gemini-openai";
import { groq } from "./vendors/groq";
import { llamaCpp } from "./vendors/llama-cpp";
import { localai } from "./vendors/localai";
import { mistral } from "./vendors/mistral";
import { ollama } from "./vendors/ollama";
import { openai } from "./vendors/openai";
import { openrouter } from "./vendors/openrouter";
import { perplexity } from "./vendors/perplexity";
import { together } from "./vendors/together";
import { vertex } from "./vendors/vertex";
import { vllm } from "./vendors/vllm";
import { xai } from "./vendors/xai";

export { type Dialect, dialects, type VendorFacts } from "./vendors/facts";

/** Every service that is known by name, in the order in which it is offered. */
const vendorFacts = {
  openai,
  "azure-openai": azureOpenai,
  anthropic,
  gemini,
  "gemini-openai": geminiOpenai,
  vertex,
  mistral,
  groq,
  xai,
  deepseek,
  together,
  fireworks,
  openrouter,
  perplexity,
  ollama,
  vllm,
  "llama-cpp": llamaCpp,
  localai,
  custom,
} as const;

export type Vendor = keyof typeof vendorFacts;

export const vendors = Object.keys(vendorFacts) as [Vendor, ...Vendor[]];

export function factsOf(vendor: Vendor): VendorFacts {
  return vendorFacts[vendor];
}
