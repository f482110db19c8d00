import { Secret, TOTP } from "otpauth";

const periodSeconds = 30;
/** How far the phone's clock may be off: one code before and one after the present one. */
const tolerance = 1;
const secretBytes = 20;

export function createTotpSecret(): string {
  return new Secret({ size: secretBytes }).base32;
}

/** What an authenticator app reads from the QR code. */
export function totpUri({ secret, email, issuer }: { secret: string; email: string; issuer: string }): string {
  // A colon parts issuer and account.
  return new TOTP({ issuer: issuer.replaceAll(":", " "), label: email, secret, period: periodSeconds }).toString();
}

/** The number of the half minute whose code this is, the present one or next to it; null for any other code. */
export function findTotpStep({ secret, code, now }: { secret: string; code: string; now: Date }): number | null {
  const timestamp = now.getTime();
  const delta = new TOTP({ secret, period: periodSeconds }).validate({ token: code, timestamp, window: tolerance });
  return delta === null ? null : Math.floor(timestamp / 1000 / periodSeconds) + delta;
}
