import { z } from "zod";
import { hostTokens } from "./host-tokens";
import { firstObject, isObject, type Json, objectsIn } from "./json";
import { Cut } from "./json-outline";
import { count, edited, jsonText, readJson } from "./request-body";
import {
  base64Length,
  fieldSet,
  imageDataLength,
  inputBound,
  refuseUnknownFields,
  shown,
  unbounded,
  withCap,
} from "./strict-bounds";
import type { StrictBounds, StrictRules } from "./types";

const bodyFields = z.object({
  max_tokens: count.nullish(),
  thinking: z.looseObject({ budget_tokens: count.nullish() }).nullish(),
  output_config: z.looseObject({ format: z.unknown().optional() }).nullish(),
});

const known = fieldSet(`model messages max_tokens system stop_sequences stream temperature top_k top_p tools tool_choice
  metadata thinking service_tier cache_control output_config anthropic_version anthropic_beta`);
const knownParts = new Set(["text", "thinking", "redacted_thinking", "tool_use", "tool_result"]);

/** How a strict plan is kept in Anthropic's dialect. Its cap counts thinking, whose budget must be below it. */
export const anthropicStrict: StrictRules = {
  boundsOf({ body: sent, vendor }): StrictBounds {
    const body = readJson(sent, bodyFields);
    refuseUnknownFields(jsonText(sent), 0, known);
    // Tools that the provider runs itself add what they find to the input.
    const tool = objectsIn(body.tools).find(({ type }) => type != null && type !== "custom");
    if (tool) throw unbounded(`a tool of the type \`${shown(tool.type)}\``);

    const images = [body.system, ...objectsIn(body.messages).map(({ content }) => content)].flatMap(imagesIn);
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

/** The images among parts of content, by the length of what is given. */
function imagesIn(content: unknown): number[] {
  return objectsIn(content).flatMap((part) => {
    const { type, source, content: result } = part;
    if (type === "document") return imagesInDocument(part);
    if (type === "image") {
      const { data, url } = (source ?? {}) as Record<string, unknown>;
      return [base64Length(data) || imageDataLength(url)];
    }
    if (!knownParts.has(String(type))) throw unbounded(`content of the type \`${shown(type)}\``);
    return type === "tool_result" ? imagesIn(result) : [];
  });
}

/** A document that is a text, or parts of content, is no more than it looks; a PDF may be, and passages that can be cited are marked. */
function imagesInDocument({ source, citations }: Json): number[] {
  if (isObject(citations) && citations.enabled === true) throw unbounded("citations, which add marks to a document");
  const { type, content, data } = firstObject(source);
  if (type === "content") return imagesIn(content);
  if (type === "text" && (typeof data === "string" || data instanceof Cut)) return [];
  const what = `a document of the kind \`${shown(type)}\``;
  throw unbounded(what, "Send its text, or ask the agency for a plan that is not strict.");
}
