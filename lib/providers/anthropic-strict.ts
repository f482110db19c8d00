import { z } from "zod";
import { objectsIn } from "./json";
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
});

const known = fieldSet(`model messages max_tokens system stop_sequences stream temperature top_k top_p tools tool_choice
  metadata thinking service_tier cache_control output_config anthropic_version anthropic_beta`);
const knownParts = new Set(["text", "thinking", "redacted_thinking", "tool_use", "tool_result"]);

/** How a strict plan is kept in Anthropic's dialect. Its cap counts thinking, whose budget must be below it. */
export const anthropicStrict: StrictRules = {
  boundsOf({ body: sent }): StrictBounds {
    const body = readJson(sent, bodyFields);
    refuseUnknownFields(jsonText(sent), 0, known);
    // Tools that the provider runs itself add what they find to the input.
    const tool = objectsIn(body.tools).find(({ type }) => type != null && type !== "custom");
    if (tool) throw unbounded(`a tool of the type \`${shown(tool.type)}\``);

    return {
      inputTokens: inputBound(sent, [
        ...imagesIn(body.system),
        ...objectsIn(body.messages).flatMap(({ content }) => imagesIn(content)),
      ]),
      answers: 1,
      answerTokens: body.max_tokens ?? null,
      leastAnswerTokens: (body.thinking?.budget_tokens ?? 0) + 1,
    };
  },

  capAnswers: ({ body, answerTokens }) =>
    edited(body, (text) => withCap(text, 0, { name: "max_tokens", cap: answerTokens })),
};

/** The images among parts of content, by the length of what is given. Documents may be larger than they look. */
function imagesIn(content: unknown): number[] {
  return objectsIn(content).flatMap(({ type, source, content: result }) => {
    if (type === "image") {
      const { data, url } = (source ?? {}) as Record<string, unknown>;
      return [base64Length(data) || imageDataLength(url)];
    }
    if (!knownParts.has(String(type))) throw unbounded(`content of the type \`${shown(type)}\``);
    return type === "tool_result" ? imagesIn(result) : [];
  });
}
