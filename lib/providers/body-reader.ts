import type { LargeBody } from "./large-body";
import { boundaryOf, MultipartReader } from "./multipart";
import { OutlineReader } from "./outline-reader";

/** Reads what metering needs of a body that is not kept in memory, piece by piece as it comes. */
export type BodyReader = {
  /** @throws AppError `invalid_request` as soon as the body is known to be none that can be metered. */
  push(chunk: Uint8Array): void;
  /** @throws AppError `invalid_request`. */
  end(): LargeBody["content"];
};

/** Of a body whose tokens need not be bounded, each member of the whole is enough. */
const outlineBytes = 64_000;
const exactOutlineBytes = 1_000_000;

/** `isExact`: the tokens that the call comes to at most have to be told. */
export function bodyReaderFor({ contentType, isExact }: { contentType: string | null; isExact: boolean }): BodyReader {
  if (isForm(contentType)) return new MultipartReader(boundaryOf(contentType));
  return new OutlineReader({ mostBytes: isExact ? exactOutlineBytes : outlineBytes, isExact });
}

export function isForm(contentType: string | null): boolean {
  return /^multipart\/form-data\b/i.test(contentType ?? "");
}
