import { ownHost, type VendorFacts } from "./facts";

export const localai: VendorFacts = {
  ...ownHost,
  label: "LocalAI",
};
