import { hosted, type VendorFacts } from "./facts";

export const gemini: VendorFacts = {
  ...hosted,
  label: "Google Gemini",
  dialect: "gemini",
  baseUrl: "https://generativelanguage.googleapis.com",
  authentication: "x-goog-api-key",
  modelsPath: "/v1beta/models",
  streamUsage: "unasked",
};
