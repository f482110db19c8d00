import { hosted, type VendorFacts } from "./facts";

export const fireworks: VendorFacts = {
  ...hosted,
  label: "Fireworks",
  dialect: "openai",
  baseUrl: "https://api.fireworks.ai/inference",
};
