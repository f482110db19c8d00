import { hosted, type VendorFacts } from "./facts";

export const mistral: VendorFacts = {
  ...hosted,
  label: "Mistral",
  dialect: "openai",
  baseUrl: "https://api.mistral.ai",
  // The option has been refused as an unknown field.
  streamUsage: "unasked",
  // The tokens of audio show in the total alone.
  hiddenTokens: "input",
  hidesTokens: true,
};
