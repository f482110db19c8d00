import { AppError } from "../errors";

/** To stop a key now is to revoke it, which is on record. @throws AppError `invalid_request`. */
export function refusePastExpiry(expiresAt: Date | null | undefined, now: Date): void {
  if (!expiresAt || expiresAt > now) return;
  throw new AppError("invalid_request", "The expiry lies in the past. To stop a key now, revoke it.", {
    fields: { expiresAt: "must be in the future" },
  });
}
