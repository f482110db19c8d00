import { isForm } from "./body-reader";
import { hostTokens } from "./host-tokens";
import { formOf } from "./openai-form";
import { imageTokens } from "./openai-images";
import { type Body, parseBody } from "./openai-request";
import { jsonText } from "./request-body";
import { fieldSet, formBound, inputBound, refuseUnknownFields, shown, unbounded } from "./strict-bounds";
import type { Endpoint, StrictBounds, StrictRequest } from "./types";

/** Their pictures have a number of tokens by quality and size that OpenAI tells in a table; of later ones it does not. */
const modelsOfTable = new Set(["gpt-image-1", "gpt-image-1-mini"]);
/** Their answers tell no tokens, so none are counted. */
const modelsWithoutTokens = new Set(["dall-e-2", "dall-e-3"]);
const mostPictures = 10;
const mostPartial = 3;

const imageFields = fieldSet(`model prompt n size quality stream partial_images background moderation output_compression
  output_format response_format style user`);
const editFields = new Set([...imageFields, "image", "image[]", "mask", "input_fidelity"]);
const speechFields = fieldSet("model input voice instructions response_format speed");
const translationFields = fieldSet("file model prompt response_format temperature");

/** Whether an endpoint makes or hears what is no text. */
export function isMedia({ name }: Endpoint): boolean {
  return /^(images|audio)\//.test(name);
}

/**
 * What a call about pictures or sound comes to at most.
 * @throws AppError `invalid_request` where nobody tells beforehand.
 */
export function mediaBounds(request: StrictRequest): StrictBounds {
  const { endpoint, vendor } = request;
  // What is told of these models is told by their maker.
  if (vendor !== "openai") throw unbounded("pictures and sound, whose tokens this provider does not tell beforehand");
  switch (endpoint.name) {
    case "images/generations":
      return generationBounds(request);
    case "images/edits":
      return editBounds(request);
    case "audio/speech":
      refuseUnknownFields(jsonText(request.body), 0, speechFields);
      return noTokens;
    case "audio/translations":
      requireFields(fieldsOf(request), translationFields);
      if (fieldsOf(request).get("model")?.[0] !== "whisper-1") throw unbounded("another model than `whisper-1` here");
      return noTokens;
    default:
      throw unbounded(
        "a transcription, whose length no file tells",
        "Use `audio/translations`, which counts as a request alone, or ask the agency for a plan that is not strict.",
      );
  }
}

/** The answer is sound, or a text whose tokens are not told: the call counts as a request alone. */
const noTokens: StrictBounds = { inputTokens: 0, answers: 0, answerTokens: 0, leastAnswerTokens: 0 };

function generationBounds({ body: sent, vendor }: StrictRequest): StrictBounds {
  const body = parseBody(sent);
  refuseUnknownFields(jsonText(sent), 0, imageFields);
  return {
    inputTokens: inputBound(sent, { images: [], hostTokens: hostTokens(vendor, noInstructions) }),
    ...picturesOf(body),
  };
}

const noInstructions = { instructs: false };

/** As a form; in JSON the pictures may be files that are stored at the provider. */
function editBounds(request: StrictRequest): StrictBounds {
  if (!isForm(request.contentType))
    throw unbounded("pictures that are edited by a JSON request", "Send them in a form.");
  const form = formOf(request.body, request.contentType);
  requireFields(form.fields, editFields);
  const value = (name: string) => form.fields.get(name)?.[0];
  const number = (name: string) => (value(name) === undefined ? undefined : Number(value(name)));
  const asked = { model: value("model"), quality: value("quality"), size: value("size") };
  return {
    inputTokens: formBound(form, hostTokens(request.vendor, noInstructions)),
    ...picturesOf({ ...asked, n: number("n"), partial_images: number("partial_images") }),
  };
}

function fieldsOf({ body, contentType }: StrictRequest): Map<string, string[]> {
  return formOf(body, contentType).fields;
}

function requireFields(fields: Map<string, string[]>, known: Set<string>): void {
  for (const [name, values] of fields) {
    if (!known.has(name)) throw unbounded(`\`${shown(name)}\``);
    if (values.length > 1) throw unbounded(`\`${shown(name)}\`, which is given twice`);
  }
}

type Pictures = Pick<Body, "model" | "n" | "partial_images"> & { quality?: unknown; size?: unknown };

/** Each has as many tokens as its quality and size have: a fixed number, which no cap lowers. */
function picturesOf(asked: Pictures): StrictBounds | Omit<StrictBounds, "inputTokens"> {
  const { model, n, partial_images: partial } = asked;
  if (modelsWithoutTokens.has(String(model))) return noTokens;
  if (!modelsOfTable.has(String(model))) {
    throw unbounded(
      `pictures of ${model === undefined ? "a model that is not named" : `\`${shown(model)}\``}`,
      `Of ${[...modelsOfTable].map((each) => `\`${each}\``).join(" and ")} they are.`,
    );
  }
  if (!isCount(n, mostPictures)) throw unbounded(`\`n\` beyond ${mostPictures}`);
  if (!isCount(partial, mostPartial)) throw unbounded(`\`partial_images\` beyond ${mostPartial}`);
  const tokens = imageTokens(asked);
  return { answers: Math.max(1, n ?? 1), answerTokens: tokens, leastAnswerTokens: tokens };
}

function isCount(value: number | null | undefined, most: number): boolean {
  return value == null || (Number.isInteger(value) && value >= 0 && value <= most);
}
