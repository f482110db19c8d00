import { isObject, type Json } from "./json";
import { Cut } from "./json-outline";
import { imageDataLength, shown, unbounded } from "./strict-bounds";
import type { Vendor } from "./vendors";

/** At other hosts the address of a picture may lead to a film or a document, which they read as what it is. */
const fetchPicturesAlone = new Set<Vendor>([
  ...(["openai", "azure-openai", "anthropic", "mistral", "groq", "xai", "deepseek", "together", "fireworks"] as const),
  ...(["perplexity", "ollama", "vllm", "llama-cpp", "localai"] as const),
]);

/** Some hosts read a document as text where the address says so behind its end. */
const address = /^https?:\/\/[^#]+$/i;
/** It counts by its bytes where it is not plainly base64. */
const picture = /^data:image\/[^#]+$/i;

/**
 * How many bytes of the request a picture takes that is given by an address, which may hold it, or by the id of a file.
 * @throws AppError `invalid_request` where what is given may be something else.
 */
export function pictureLength(given: { url: unknown; fileId: unknown }, vendor: Vendor): number {
  const { url, fileId } = given;
  const length = imageDataLength(url);
  if (length > 0) return length;
  if (typeof url === "string" && picture.test(url)) return 0;
  const isElsewhere = typeof url === "string" ? address.test(url) : url == null && typeof fileId === "string";
  if (isElsewhere && fetchPicturesAlone.has(vendor)) return 0;
  throw unbounded("a picture that may be something else", "Send the picture itself, as `data:image/…;base64,…`.");
}

/** What holds pictures, files and the like, or tells of them. */
const telling = new Set(["type", "content", "output", "audio", "image_url", "images", "source"]);

/** Some servers take names in any case: what is not seen here must not be seen there. @throws AppError `invalid_request`. */
export function refuseOtherSpellings(object: Json): void {
  const name = Object.keys(object).find((each) => !telling.has(each) && telling.has(each.toLowerCase()));
  if (name !== undefined) throw unbounded(`\`${shown(name)}\` in this spelling`);
}

/** Content is a text, or a list of parts. @throws AppError `invalid_request`. */
export function partsOf(content: unknown): unknown[] {
  if (Array.isArray(content)) return content;
  if (isObject(content) && !(content instanceof Cut)) throw unbounded("content that is neither a text nor a list");
  return [];
}
