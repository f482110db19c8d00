import { ownHost, type VendorFacts } from "./facts";

export const ollama: VendorFacts = {
  ...ownHost,
  label: "Ollama",
  beside: "ollama",
};
