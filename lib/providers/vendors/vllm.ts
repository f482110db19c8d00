import { ownHost, type VendorFacts } from "./facts";

export const vllm: VendorFacts = {
  ...ownHost,
  label: "vLLM",
};
