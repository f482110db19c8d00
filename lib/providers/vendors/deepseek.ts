import { hosted, type VendorFacts } from "./facts";

export const deepseek: VendorFacts = {
  ...hosted,
  label: "DeepSeek",
  dialect: "openai",
  baseUrl: "https://api.deepseek.com",
};
