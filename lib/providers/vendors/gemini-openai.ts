import { hosted, type VendorFacts } from "./facts";

export const geminiOpenai: VendorFacts = {
  ...hosted,
  label: "Google Gemini (OpenAI shape)",
  dialect: "openai",
  baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
  modelsPath: "/models",
  streamUsage: "unasked",
  // Thinking shows in the total alone.
  hiddenTokens: "output",
  hidesTokens: true,
};
