import { recordEvent } from "../audit/store";
import { admitAttempt } from "../auth/attempts";
import { forgiveAttempt } from "../auth/store";
import { inTransaction } from "../db/transaction";
import { AppError } from "../errors";
import { hashRecoveryCode } from "./recovery-codes";
import { findSecondStep, takeRecoveryCode, takeStep } from "./store";
import { findTotpStep } from "./totp";

const attempts = 5;

type PassSecondStep = { user: { id: string; name: string }; code: string | undefined; now: Date };

/**
 * Resolves for the right code, which is then used up: one of the app's, or a recovery code.
 * @throws AppError `second_step_required` without a code; `unauthenticated` for a wrong one, or one that was used before;
 * `too_many_attempts` after five, also for the right one.
 */
export async function passSecondStep({ user, code, now }: PassSecondStep): Promise<void> {
  if (code === undefined || code.trim() === "")
    throw new AppError("second_step_required", "Enter the code that your authenticator app shows.");

  const subject = `second-step:${user.id}`;
  await admitAttempt({ subject, limit: attempts, now });
  const codeHash = hashRecoveryCode(code);
  const isRight = codeHash ? await passByRecoveryCode({ user, codeHash, now }) : await passByApp({ user, code, now });
  if (!isRight) throw new AppError("unauthenticated", "This code is not right, or was used already.");
  await forgiveAttempt(subject);
}

async function passByApp({ user, code, now }: PassSecondStep & { code: string }): Promise<boolean> {
  const secondStep = await findSecondStep(user.id);
  if (secondStep === null || secondStep.enabledAt === null) return false;
  const step = findTotpStep({ secret: secondStep.secret, code: code.replace(/\s/g, ""), now });
  return step !== null && (await takeStep(user.id, step));
}

type PassByRecoveryCode = Pick<PassSecondStep, "user" | "now"> & { codeHash: Buffer };

async function passByRecoveryCode({ user, codeHash, now }: PassByRecoveryCode): Promise<boolean> {
  return await inTransaction(async (transaction) => {
    if (!(await takeRecoveryCode(transaction, { userId: user.id, codeHash }))) return false;
    await recordEvent(transaction, {
      actor: user,
      now,
      action: "user.recovery_code_used",
      target: `user:${user.id}`,
      tenantId: null,
      before: null,
      after: { name: user.name },
    });
    return true;
  });
}
