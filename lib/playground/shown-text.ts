import { firstObject, type Json, objectsIn } from "../providers/json";
import type { DialectName } from "../providers/types";

/** What of an answer, or of an event of one, is meant to be read: not thoughts and calls of tools. */
export function shownText(dialect: DialectName, answer: Json): string {
  return readers[dialect](answer).join("");
}

const readers: Record<DialectName, (answer: Json) => string[]> = {
  openai: ({ choices }) =>
    objectsIn(choices).flatMap(({ delta, message }) => {
      const { content, refusal } = firstObject(delta, message);
      return [...textsOf(content), ...textsOf(refusal)];
    }),
  anthropic: ({ delta, content }) => [...textsOf(firstObject(delta).text), ...textsOf(content)],
  gemini: ({ candidates }) =>
    objectsIn(candidates).flatMap(({ content }) =>
      textsOf(objectsIn(firstObject(content).parts).filter(({ thought }) => thought !== true)),
    ),
};

/** A text, or the texts of parts. */
function textsOf(content: unknown): string[] {
  if (typeof content === "string") return [content];
  return objectsIn(content)
    .map(({ text }) => text)
    .filter((text) => typeof text === "string");
}

/** What an answer or an event says went wrong; null when nothing did. */
export function failureIn({ error }: Json): string | null {
  if (typeof error === "string") return error;
  const { message } = firstObject(error);
  return typeof message === "string" ? message : null;
}
