import { hosted, type VendorFacts } from "./facts";

export const anthropic: VendorFacts = {
  ...hosted,
  label: "Anthropic",
  dialect: "anthropic",
  baseUrl: "https://api.anthropic.com",
  authentication: "x-api-key",
  beside: "openai",
};
