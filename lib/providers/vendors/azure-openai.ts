import { hosted, type VendorFacts } from "./facts";

export const azureOpenai: VendorFacts = {
  ...hosted,
  label: "Azure OpenAI",
  dialect: "openai",
  baseUrl: null,
  authentication: "api-key",
  modelsPath: "/openai/models?api-version=2024-10-21",
  versionPath: "/openai/v1",
  // Chats on the customer's own data refuse the option.
  neverAskedWith: "data_sources",
  // Source: Azure's published specifications of its inference API. What a version does not know it refuses.
  knowsNewFieldsSince: "2024-09-01",
};
