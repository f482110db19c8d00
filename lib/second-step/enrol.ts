import { admitAttempt } from "../auth/attempts";
import { confirmPassword } from "../auth/confirm-password";
import { forgiveAttempt, getAgency, type User } from "../auth/store";
import { inTransaction } from "../db/transaction";
import { AppError } from "../errors";
import { recordOwn } from "../people/own-sign-in";
import { endSessions, requireSameSessions } from "../people/store";
import { createRecoveryCodes, hashRecoveryCode } from "./recovery-codes";
import type { Enrolment, RecoveryCodes } from "./schema";
import { deleteSecondStep, enableSecondStep, findSecondStep, savePendingSecret } from "./store";
import { createTotpSecret, findTotpStep, totpUri } from "./totp";

const attempts = 10;

/** Makes a secret for the user's app, which counts once a code has confirmed it. @throws AppError `invalid_request`, `conflict`. */
export async function startSecondStep(asked: { user: User; password: string; now: Date }): Promise<Enrolment> {
  const { user, password, now } = asked;
  await confirmPassword({ userId: user.id, password, now });
  const secret = createTotpSecret();
  if (!(await savePendingSecret(user.id, secret))) throw alreadyThere();
  const { name: issuer } = await getAgency();
  return { secret, uri: totpUri({ secret, email: user.email, issuer }) };
}

/**
 * From here on the user signs in with a code too. Sessions that were begun without one end; gives the version that a new
 * one is to carry.
 * @throws AppError `invalid_request` for a wrong code; `conflict` when nothing waits for one; `too_many_attempts`.
 */
export async function confirmSecondStep(asked: {
  user: User;
  code: string;
  now: Date;
}): Promise<RecoveryCodes & { sessionVersion: number }> {
  const { user, code, now } = asked;
  const subject = `enrol:${user.id}`;
  await admitAttempt({ subject, limit: attempts, now });
  const pending = await findSecondStep(user.id);
  if (pending === null) throw new AppError("conflict", "Begin anew: there is no secret that waits for a code.");
  if (pending.enabledAt !== null) throw alreadyThere();
  const step = findTotpStep({ secret: pending.secret, code, now });
  if (step === null) {
    throw new AppError("invalid_request", "This is not the code that your app shows now.", {
      fields: { code: "is not the one that your app shows now" },
    });
  }

  const recoveryCodes = createRecoveryCodes();
  const codeHashes = recoveryCodes.map(hashRecoveryCode).filter((hash) => hash !== null);
  const sessionVersion = await inTransaction(async (transaction) => {
    await requireSameSessions(transaction, user);
    if (!(await enableSecondStep(transaction, { userId: user.id, step, codeHashes, now }))) throw alreadyThere();
    await recordOwn(transaction, { user, now, action: "user.second_step_enabled" });
    return await endSessions(transaction, user.id);
  });
  await forgiveAttempt(subject);
  return { recoveryCodes, sessionVersion };
}

/** The user signs in with the password alone again. @throws AppError `invalid_request` for another password. */
export async function stopSecondStep(asked: { user: User; password: string; now: Date }): Promise<void> {
  const { user, password, now } = asked;
  await confirmPassword({ userId: user.id, password, now });
  await inTransaction(async (transaction) => {
    await requireSameSessions(transaction, user);
    await deleteSecondStep(transaction, user.id);
    if (user.hasSecondStep) await recordOwn(transaction, { user, now, action: "user.second_step_disabled" });
  });
}

function alreadyThere(): AppError {
  return new AppError("conflict", "You have a second step already. Turn it off first.");
}
