import { z } from "zod";
import { hostTokens } from "./host-tokens";
import { firstObject, isObject, type Json, objectsIn } from "./json";
import { Cut } from "./json-outline";
import { count, edited, jsonText, readJson } from "./request-body";
import { base64Length, fieldSet, inputBound, refuseUnknownFields, shown, unbounded, withCap } from "./strict-bounds";
import { partsOf, pictureLength, refuseOtherSpellings } from "./strict-pictures";
import type { StrictBounds, StrictRules } from "./types";
import type { Vendor } from "./vendors";

const bodyFields = z.object({
  max_tokens: count.nullish(),
  thinking: z.looseObject({ budget_tokens: count.nullish() }).nullish(),
  output_config: z.looseObject({ format: z.unknown().optional() }).nullish(),
});

const known = fieldSet(`model messages max_tokens system stop_sequences stream temperature top_k top_p tools tool_choice
  metadata thinking service_tier cache_control output_config anthropic_version anthropic_beta`);
const knownOutput = new Set(["effort", "format"]);
const knownParts = new Set(["text", "thinking", "redacted_thinking", "tool_use", "tool_result"]);

/** How a strict plan is kept in Anthropic's dialect. Its cap counts thinking, whose budget must be below it. */
export const anthropicStrict: StrictRules = {
  boundsOf({ body: sent, vendor }): StrictBounds {
    const body = readJson(sent, bodyFields);
    refuseUnknownFields(jsonText(sent), 0, known);
    refuseUnknownTools(body.tools);
    const setting = Object.keys(body.output_config ?? {}).find((name) => !knownOutput.has(name));
    if (setting !== undefined) throw unbounded(`\`${shown(setting)}\` of \`output_config\``);

    const messages = objectsIn(body.messages);
    for (const message of messages) refuseOtherSpellings(message);
    const contents = [body.system, ...messages.map(({ content }) => content)];
    const images = contents.flatMap((content) => imagesIn(content, vendor));
    const instructs = objectsIn(body.tools).length > 0 || body.output_config?.format != null;
    return {
      inputTokens: inputBound(sent, { images, hostTokens: hostTokens(vendor, { instructs }) }),
      answers: 1,
      answerTokens: body.max_tokens ?? null,
      leastAnswerTokens: (body.thinking?.budget_tokens ?? 0) + 1,
    };
  },

  capAnswers: ({ body, answerTokens }) =>
    edited(body, (text) => withCap(text, 0, { name: "max_tokens", cap: answerTokens })),
};

/** Tools that the provider runs itself add what they find to the input. */
function refuseUnknownTools(tools: unknown): void {
  for (const tool of objectsIn(tools)) {
    if (tool instanceof Cut) continue;
    refuseOtherSpellings(tool);
    const type = tool.type ?? (typeof tool.name === "string" ? "custom" : Object.keys(tool)[0]);
    if (type !== "custom") throw unbounded(`a tool of the type \`${shown(type)}\``);
  }
}

/** The images among parts of content, by the length of what is given. */
function imagesIn(content: unknown, vendor: Vendor): number[] {
  return objectsIn(partsOf(content)).flatMap((part) => {
    refuseOtherSpellings(part);
    const { type, source, content: result } = part;
    if (type === "document") return imagesInDocument(part, vendor);
    if (type === "image") return [lengthOfImage(firstObject(source), vendor)];
    if (!knownParts.has(String(type))) throw unbounded(`content of the type \`${shown(type)}\``);
    return type === "tool_result" ? imagesIn(result, vendor) : [];
  });
}

function lengthOfImage({ data, media_type: type, url, file_id: fileId }: Json, vendor: Vendor): number {
  if (data == null) return pictureLength({ url, fileId }, vendor);
  if (!String(type).startsWith("image/")) throw unbounded(`an image of the kind \`${shown(type)}\``);
  return base64Length(data);
}

/** A document that is a text, or parts of content, is no more than it looks; a PDF may be, and passages that can be cited are marked. */
function imagesInDocument({ source, citations }: Json, vendor: Vendor): number[] {
  if (isObject(citations) && citations.enabled === true) throw unbounded("citations, which add marks to a document");
  const { type, content, data } = firstObject(source);
  if (type === "content") return imagesIn(content, vendor);
  if (type === "text" && (typeof data === "string" || data instanceof Cut)) return [];
  const what = `a document of the kind \`${shown(type)}\``;
  throw unbounded(what, "Send its text, or ask the agency for a plan that is not strict.");
}
