import { hosted, type VendorFacts } from "./facts";

export const groq: VendorFacts = {
  ...hosted,
  label: "Groq",
  dialect: "openai",
  baseUrl: "https://api.groq.com/openai",
};
