import { hosted, type VendorFacts } from "./facts";

export const perplexity: VendorFacts = {
  ...hosted,
  label: "Perplexity",
  dialect: "openai",
  baseUrl: "https://api.perplexity.ai",
  // Chats are at the host itself.
  versionPath: "",
  streamUsage: "unasked",
};
