import { z } from "zod";
import { slug, text } from "../http/fields";

const longestText = 200_000;
const longText = text.max(longestText, { error: `must have at most ${longestText} characters` });

/** `POST /api/playground?tenant=`: one question to a model. */
export const playgroundInput = z.strictObject({
  provider: slug,
  model: text
    .trim()
    .min(1, { error: "must not be empty" })
    .max(200, { error: "must have at most 200 characters" })
    .regex(/^[\w.:@/+-]+$/, { error: "must be the name of a model" }),
  system: longText.optional(),
  user: longText.refine((value) => value.trim() !== "", { error: "must not be empty" }),
});

export type PlaygroundInput = z.output<typeof playgroundInput>;

/** What the answer came to, by the ledger. */
export type PlaygroundEnd = {
  requestId: string;
  /** The model that answered. */
  model: string | null;
  inputTokens: number;
  outputTokens: number;
  /** Counted here, as the provider told no numbers. */
  estimated: boolean;
  /** In micro-USD, null where the model has no price; told to staff alone. */
  costMicroUsd?: number | null;
  latencyMs: number | null;
  firstByteMs: number | null;
};

/** The answer, one per line: pieces of text, then what they came to, or why there is no more. */
export type PlaygroundEvent =
  | { type: "text"; text: string }
  | { type: "end"; end: PlaygroundEnd }
  | { type: "failure"; message: string };

/** `GET /api/playground?tenant=`: what can be asked, the default provider first. */
export type PlaygroundOptions = { providers: { slug: string; name: string }[] };

/**
 * `GET /api/playground/models?tenant=&provider=`: what the client may use of what it has in use, which comes first, and the
 * provider lists. `usual` is what it asks most often.
 */
export type PlaygroundModels = { models: string[]; usual: string | null };

export const playgroundQuery = z.strictObject({ tenant: slug.optional() });

export const modelsQuery = z.strictObject({ tenant: slug.optional(), provider: slug });
