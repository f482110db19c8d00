/**
 * Members that hold what metering looks for: kept, with all that is in them, however much came before. Elsewhere than where
 * providers put them they are members like others: a tool may have parameters of any name.
 */
export const wanted = new Set(["usage", "usageMetadata", "usage_metadata", "tool_usage", "x_groq", "error"]);
/** Members that lead to those: kept themselves, while what is in them is judged on its own. */
export const leading = new Set(["response", "message", "choices"]);
/** The deepest that they go: to one of the choices. */
export const leadingDepth = 3;
/** Short texts and numbers that explain an object. */
export const naming = new Set([
  ...["model", "modelVersion", "service_tier", "type", "object", "done", "prompt_eval_count", "eval_count"],
]);
/** Members that hold media, vectors, signatures, probabilities or what tools take: no generated text. */
export const ignored = new Set([
  "b64_json",
  "data",
  "url",
  "image_url",
  "partial_image_b64",
  "embedding",
  "embeddings",
  "values",
  "encrypted_content",
  "result",
  "signature",
  "thoughtSignature",
  "thought_signature",
  "logprobs",
  "logprobsResult",
  "prompt_logprobs",
  "segments",
  "words",
  "parameters",
  "annotations",
]);

/** Of these, how long they are tells how much was reasoned: a number stands in their place. */
export const sealed = new Set(["encrypted_content", "signature", "data"]);
