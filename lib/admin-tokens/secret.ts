import { createToken } from "../auth/token";

const prefix = "sla_";
const shownLength = 10;

export function createAdminSecret(): string {
  return createToken(prefix);
}

/** Whether this can be one of the agency's own tokens at all, so that others need not be looked up. */
export function isAdminSecret(text: string): boolean {
  return text.startsWith(prefix);
}

/** The part of it that may be shown. */
export function prefixOf(secret: string): string {
  return secret.slice(0, shownLength);
}
