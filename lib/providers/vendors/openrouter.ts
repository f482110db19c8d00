import { hosted, type VendorFacts } from "./facts";

export const openrouter: VendorFacts = {
  ...hosted,
  label: "OpenRouter",
  dialect: "openai",
  baseUrl: "https://openrouter.ai/api",
  beside: "anthropic",
};
