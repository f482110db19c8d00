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
  // Older versions do not know it, and answer 400. Source: Azure's published specifications of its inference API.
  neverAskedBefore: "2024-09-01",
};
