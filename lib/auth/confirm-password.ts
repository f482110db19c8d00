import { AppError } from "../errors";
import { admitAttempt } from "./attempts";
import { verifyPassword } from "./password";
import { findPasswordHash, forgiveAttempt } from "./store";

const attempts = 10;

type ConfirmPassword = { userId: string; password: string; now: Date };

/**
 * Asks somebody who is signed in for the password once more, before what a borrowed session must not do.
 * @throws AppError `invalid_request` for another password; `too_many_attempts`.
 */
export async function confirmPassword({ userId, password, now }: ConfirmPassword): Promise<void> {
  const subject = `confirm:${userId}`;
  await admitAttempt({ subject, limit: attempts, now });
  if (!(await verifyPassword(password, await findPasswordHash(userId)))) {
    throw new AppError("invalid_request", "This is not your password.", {
      fields: { password: "is not your password" },
    });
  }
  await forgiveAttempt(subject);
}
