export const dialects = ["openai", "anthropic", "gemini"] as const;
export type Dialect = (typeof dialects)[number];

/** What is settled by knowing whose service it is. A vendor is a file with these, and a line in the list of vendors. */
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
  /** What stands before an endpoint's own path, where it is not what stands before the model list. */
  versionPath?: string;
  /** Whether calls work without a credential, as on a machine of one's own. */
  credentialOptional: boolean;
  /**
   * When a stream of chat or completions tells its usage: `asked` where the gateway may ask for it, `unasked` where it
   * comes anyway or the option that asks for it is refused.
   */
  streamUsage: "asked" | "unasked";
  /** With this member a request must not be asked for usage. */
  neverAskedWith?: string;
  /** An `api-version`, which begins with its date, that is older knows neither that option nor `max_completion_tokens`. */
  knowsNewFieldsSince?: string;
  /** What a reported total that is larger than input and output together hides. */
  hiddenTokens: "output" | "input";
  /** Its totals are known to be larger. */
  hidesTokens?: boolean;
  /** Also takes llama.cpp's name for the most tokens of an answer. */
  readsNPredict?: boolean;
  /** What it speaks beside its dialect, at other paths. */
  beside?: "ollama" | Dialect;
};

/** A service that is hosted for its customers. */
export const hosted = {
  authentication: "bearer",
  modelsPath: "/v1/models",
  credentialOptional: false,
  streamUsage: "asked",
  hiddenTokens: "output",
} as const;

/** A server on a machine of one's own. */
export const ownHost = {
  ...hosted,
  dialect: "openai",
  baseUrl: null,
  credentialOptional: true,
  readsNPredict: true,
} as const;
