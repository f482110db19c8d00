import { type NewEvent, recordEvent } from "../audit/store";
import { confirmPassword } from "../auth/confirm-password";
import { requireUnguessable } from "../auth/guessable-password";
import { hashPassword } from "../auth/password";
import type { User } from "../auth/store";
import { inTransaction, type Transaction } from "../db/transaction";
import { endSessions, forgetLinks, requireSameSessions, savePassword } from "./store";

type ChangePassword = { user: User; password: string; newPassword: string; now: Date };

/**
 * Sets another password for whoever knows the present one. Every session of the user ends; gives the version that a new
 * one is to carry.
 * @throws AppError `invalid_request` for another password than the present one, or a new one that is easily guessed;
 * `too_many_attempts`.
 */
export async function changePassword({ user, password, newPassword, now }: ChangePassword): Promise<number> {
  const { id, email } = user;
  await confirmPassword({ userId: id, password, now });
  await requireUnguessable(newPassword, { email, field: "newPassword" });
  const passwordHash = await hashPassword(newPassword);
  return await inTransaction(async (transaction) => {
    await requireSameSessions(transaction, user);
    const { sessionVersion } = await savePassword(transaction, id, passwordHash);
    await recordOwn(transaction, { user, now, action: "user.password_changed" });
    return sessionVersion;
  });
}

/** Ends every session of the user, this one too, and what a mail would let in. */
export async function endOwnSessions({ user, now }: { user: User; now: Date }): Promise<void> {
  await inTransaction(async (transaction) => {
    await endSessions(transaction, user.id);
    await forgetLinks(transaction, user.id);
    await recordOwn(transaction, { user, now, action: "user.signed_out" });
  });
}

/** Writes down what somebody changed of their own sign-in. */
export async function recordOwn(
  transaction: Transaction,
  { user: { id, name, email }, now, action }: { user: User } & Pick<NewEvent, "now" | "action">,
): Promise<void> {
  await recordEvent(transaction, {
    actor: { id, name },
    now,
    action,
    target: `user:${id}`,
    tenantId: null,
    before: null,
    after: { name, email },
  });
}
