import { ownHost, type VendorFacts } from "./facts";

export const llamaCpp: VendorFacts = {
  ...ownHost,
  label: "llama.cpp",
};
