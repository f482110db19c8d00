import { Cut } from "./json-outline";

/** What a picture, a sound or a file counts for, roughly, until its provider has told. */
export const tokensPerMedia = 1_500;

/** Names under which one stands, whatever its value is, and those under which each text is one. */
const oneNamed = new Set(["image_url"]);
const oneEach = new Set(["data", "file_data", "images"]);

/** Names of fields whose strings are no prose: media, ids, roles. */
const notText = new Set([
  ...oneNamed,
  ...oneEach,
  "role",
  "type",
  "id",
  "url",
  "format",
  "call_id",
  "tool_call_id",
  "encrypted_content",
  "detail",
]);

/** Whether what stands under this name is no prose. */
export function isNoText(name: string): boolean {
  return notText.has(name);
}

/** How what stands under this name is counted: as one, each text of it, or not. */
export function mediaUnder(name: string): "one" | "each" | null {
  if (oneNamed.has(name)) return "one";
  return oneEach.has(name) ? "each" : null;
}

/** How many pictures and the like a value is that stands under this name. */
export function mediaIn(name: string, value: unknown): number {
  const counted = mediaUnder(name);
  if (counted === null) return 0;
  if (counted === "one") return 1;
  return (Array.isArray(value) ? value : [value]).reduce((sum: number, each: unknown) => {
    if (each instanceof Cut) return sum + each.count.media;
    return typeof each === "string" ? sum + 1 : sum;
  }, 0);
}
