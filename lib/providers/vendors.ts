export const dialects = ["openai", "anthropic", "gemini"] as const;
export type Dialect = (typeof dialects)[number];

export type VendorFacts = {
  label: string;
  /** Null where every installation has its own, so that it must be given (`custom` alone must also give its dialect). */
  dialect: Dialect | null;
  /** The host and any prefix before the paths that an app calls; null where it must be given. */
  baseUrl: string | null;
  /** Where the credential goes. */
  authentication: "bearer" | "x-api-key" | "api-key" | "x-goog-api-key";
  /** The model list, which costs nothing and shows whether host and credential work. */
  modelsPath: string;
  /** Whether calls work without a credential, as on a machine of one's own. */
  credentialOptional: boolean;
};

const hosted = { authentication: "bearer", modelsPath: "/v1/models", credentialOptional: false } as const;
const ownHost = {
  baseUrl: null,
  authentication: "bearer",
  modelsPath: "/v1/models",
  credentialOptional: true,
} as const;

/** What is settled by knowing whose service it is. */
export const vendorFacts = {
  openai: { ...hosted, label: "OpenAI", dialect: "openai", baseUrl: "https://api.openai.com" },
  "azure-openai": {
    ...hosted,
    label: "Azure OpenAI",
    dialect: "openai",
    baseUrl: null,
    authentication: "api-key",
    modelsPath: "/openai/models?api-version=2024-10-21",
  },
  anthropic: {
    ...hosted,
    label: "Anthropic",
    dialect: "anthropic",
    baseUrl: "https://api.anthropic.com",
    authentication: "x-api-key",
  },
  gemini: {
    ...hosted,
    label: "Google Gemini",
    dialect: "gemini",
    baseUrl: "https://generativelanguage.googleapis.com",
    authentication: "x-goog-api-key",
    modelsPath: "/v1beta/models",
  },
  "gemini-openai": {
    ...hosted,
    label: "Google Gemini (OpenAI shape)",
    dialect: "openai",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    modelsPath: "/models",
  },
  vertex: {
    ...hosted,
    label: "Google Vertex AI",
    dialect: "gemini",
    baseUrl: "https://aiplatform.googleapis.com",
    modelsPath: "/v1beta1/publishers/google/models",
  },
  mistral: { ...hosted, label: "Mistral", dialect: "openai", baseUrl: "https://api.mistral.ai" },
  groq: { ...hosted, label: "Groq", dialect: "openai", baseUrl: "https://api.groq.com/openai" },
  xai: { ...hosted, label: "xAI", dialect: "openai", baseUrl: "https://api.x.ai" },
  deepseek: { ...hosted, label: "DeepSeek", dialect: "openai", baseUrl: "https://api.deepseek.com" },
  together: { ...hosted, label: "Together", dialect: "openai", baseUrl: "https://api.together.xyz" },
  fireworks: { ...hosted, label: "Fireworks", dialect: "openai", baseUrl: "https://api.fireworks.ai/inference" },
  openrouter: { ...hosted, label: "OpenRouter", dialect: "openai", baseUrl: "https://openrouter.ai/api" },
  perplexity: { ...hosted, label: "Perplexity", dialect: "openai", baseUrl: "https://api.perplexity.ai" },
  ollama: { ...ownHost, label: "Ollama", dialect: "openai" },
  vllm: { ...ownHost, label: "vLLM", dialect: "openai" },
  "llama-cpp": { ...ownHost, label: "llama.cpp", dialect: "openai" },
  localai: { ...ownHost, label: "LocalAI", dialect: "openai" },
  custom: { ...ownHost, label: "Another service", dialect: null },
} as const satisfies Record<string, VendorFacts>;

export type Vendor = keyof typeof vendorFacts;

export const vendors = Object.keys(vendorFacts) as [Vendor, ...Vendor[]];

export function factsOf(vendor: Vendor): VendorFacts {
  return vendorFacts[vendor];
}
