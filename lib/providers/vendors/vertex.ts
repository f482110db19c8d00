import { hosted, type VendorFacts } from "./facts";

export const vertex: VendorFacts = {
  ...hosted,
  label: "Google Vertex AI",
  dialect: "gemini",
  baseUrl: "https://aiplatform.googleapis.com",
  modelsPath: "/v1beta1/publishers/google/models",
  streamUsage: "unasked",
};
