import { timingSafeEqual } from "node:crypto";
import { hashToken } from "./token";

/** The token of `Authorization: Bearer`; null for another scheme. */
export function bearerOf(authorization: string): string | null {
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? null;
}

/** Compared by digests, which are of equal length, so that the time taken tells nothing. */
export function isSameToken(token: string | null, expected: string | undefined): boolean {
  return expected !== undefined && token !== null && timingSafeEqual(hashToken(token), hashToken(expected));
}
