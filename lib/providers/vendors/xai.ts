import { hosted, type VendorFacts } from "./facts";

export const xai: VendorFacts = {
  ...hosted,
  label: "xAI",
  dialect: "openai",
  baseUrl: "https://api.x.ai",
  // Reasoning is on top of a chat's completion tokens.
  hiddenTokens: "output",
  hidesTokens: true,
};
