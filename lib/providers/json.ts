export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects of a list; none where it is no list. */
export function objectsIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The object that a text holds, or several in an array, as Gemini's errors come; null when it is no JSON. */
export function parseObjects(text: string): Json[] | null {
  try {
    const parsed: unknown = JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
    return (Array.isArray(parsed) ? parsed : [parsed]).filter(isObject);
  } catch {
    return null;
  }
}

/** No answer has more tokens, and sums of such stay whole numbers. */
const largestCount = 1_000_000_000_000;

/** The first of these that is a count: a number of zero or more, rounded; null when none is. */
export function firstCount(...values: unknown[]): number | null {
  const value = values.find((each) => typeof each === "number" && Number.isFinite(each) && each >= 0);
  return value === undefined ? null : Math.min(Math.round(value as number), largestCount);
}

/** A text that says something; null when it is empty, or none. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

export function firstObject(...values: unknown[]): Json {
  return values.find(isObject) ?? {};
}

/** A value as the model wrote it, such as the input of a tool; nothing of one that is nested beyond all measure. */
export function writtenOut(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}
