import { hosted, type VendorFacts } from "./facts";

export const together: VendorFacts = {
  ...hosted,
  label: "Together",
  dialect: "openai",
  baseUrl: "https://api.together.xyz",
};
