import { hosted, type VendorFacts } from "./facts";

export const openai: VendorFacts = {
  ...hosted,
  label: "OpenAI",
  dialect: "openai",
  baseUrl: "https://api.openai.com",
};
