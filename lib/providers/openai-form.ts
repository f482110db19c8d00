import { z } from "zod";
import { AppError } from "../errors";
import { LargeBody } from "./large-body";
import { tokensPerMedia } from "./media";
import { boundaryOf, type Form, MultipartReader } from "./multipart";
import { imageTokens } from "./openai-images";
import { checked, count, type RequestBody, reservable } from "./request-body";
import { inputOf } from "./request-text";
import type { Endpoint, RequestContext, RequestFacts } from "./types";

/** The fields that metering reads, each given once at most. */
const formFields = z.object({
  model: z.string().max(300).optional(),
  stream: z.enum(["true", "false", "True", "False", "1", "0", ""]).optional(),
  n: z.coerce.number().pipe(count).optional(),
  partial_images: z.coerce.number().pipe(count).optional(),
  prompt: z.string().optional(),
  quality: z.string().optional(),
  size: z.string().optional(),
});

/** How many bytes of compressed speech make a token, roughly. */
const bytesPerAudioToken = 1_000;

/**
 * Reads a request that is sent as a form, with its files.
 * @throws AppError `invalid_request` when it is no complete form or a field that metering reads has a wrong value.
 */
export function readOpenaiForm(endpoint: Endpoint, body: RequestBody, { contentType }: RequestContext): RequestFacts {
  if (!/^(images|audio)\//.test(endpoint.name)) {
    throw new AppError("invalid_request", "This endpoint takes a JSON object, not a form.");
  }
  const form = formOf(body, contentType);
  const fields = formFields.parse(checked(onlyValues(form), formFields));
  const input = inputOf({ parts: [fields.prompt], messages: null });
  const mediaTokens = tokensOfFiles(endpoint, form);
  return {
    model: fields.model ?? endpoint.model ?? null,
    stream: /^(true|1)$/i.test(fields.stream ?? ""),
    inputTokens: input.inputTokens + mediaTokens,
    mediaTokens,
    text: input.text,
    outputBound:
      endpoint.name === "images/edits"
        ? reservable(Math.max(1, fields.n ?? 1) * imageTokens(fields))
        : boundOf(endpoint),
  };
}

export function formOf(body: RequestBody, contentType: string | null): Form {
  if (body instanceof LargeBody && body.content && "files" in body.content) return body.content;
  const reader = new MultipartReader(boundaryOf(contentType));
  if (Buffer.isBuffer(body)) reader.push(body);
  return reader.end();
}

/** Speech has no bound in its request. */
function boundOf(endpoint: Endpoint): number | null {
  return endpoint.name === "audio/transcriptions" ? null : 0;
}

function tokensOfFiles(endpoint: Endpoint, { files }: Form): number {
  if (endpoint.countsRequestsOnly) return 0;
  if (endpoint.name.startsWith("images/")) return files.length * tokensPerMedia;
  return files.reduce((sum, { size }) => sum + Math.ceil(size / bytesPerAudioToken), 0);
}

/** Which of two values a provider believes is not known here, so a field that metering reads has one, and is no file. */
function onlyValues({ fields, files }: Form): Record<string, string> {
  const file = files.find(({ name }) => Object.hasOwn(formFields.shape, name));
  if (file) throw new AppError("invalid_request", `\`${file.name}\` must not be a file.`);
  const values: Record<string, string> = {};
  for (const [name, [value, ...more]] of fields) {
    if (!Object.hasOwn(formFields.shape, name)) continue;
    if (more.length > 0) throw new AppError("invalid_request", `\`${name}\` is given more than once.`);
    if (value !== undefined) values[name] = value;
  }
  return values;
}
