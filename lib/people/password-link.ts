import { recordEvent } from "../audit/store";
import { admitAttempt } from "../auth/attempts";
import { requireUnguessable } from "../auth/guessable-password";
import { hashPassword } from "../auth/password";
import { forgiveAttempt } from "../auth/store";
import { createToken, hashToken } from "../auth/token";
import { inTransaction, type Transaction } from "../db/transaction";
import { AppError } from "../errors";
import { findLinkOwner, replaceLinks, savePassword, takeLink } from "./store";

const hourMs = 60 * 60_000;
const lifetimeMs = { invitation: 7 * 24 * hourMs, reset: 24 * hourMs };

export type PasswordLink = { path: string; expiresAt: string };

/** Makes the link by which a user chooses a password, once. Earlier links of the same user are good no more. */
export async function issueLink(
  transaction: Transaction,
  { userId, purpose, now }: { userId: string; purpose: keyof typeof lifetimeMs; now: Date },
): Promise<PasswordLink> {
  const token = createToken("");
  const expiresAt = new Date(now.getTime() + lifetimeMs[purpose]);
  await replaceLinks(transaction, { userId, tokenHash: hashToken(token), expiresAt });
  return { path: `/welcome/${token}`, expiresAt: expiresAt.toISOString() };
}

/** Whom a link lets in; null when it is used up, over, or none. */
export async function findInvited(
  token: string,
  now: Date,
): Promise<{ name: string; email: string; isNew: boolean } | null> {
  const owner = await findLinkOwner(hashToken(token), now);
  return owner && { name: owner.name, email: owner.email, isNew: owner.passwordHash === null };
}

const attemptsPerAddress = 50;

type ChoosePassword = { token: string; password: string; address: string; now: Date };

/**
 * Sets the password of the user whose link this is. The link is used up, and every session of the user ends.
 * @throws AppError `not_found` when the link is used up, over, or none; `invalid_request` for a password that is easily
 * guessed; `too_many_attempts`.
 */
export async function choosePassword({ token, password, address, now }: ChoosePassword): Promise<{ email: string }> {
  const tokenHash = hashToken(token);
  const subject = `link-address:${address}`;
  await admitAttempt({ subject, limit: attemptsPerAddress, now });
  // Hashing costs time and memory: not for those who have no link.
  const owner = await findLinkOwner(tokenHash, now);
  if (owner === null) throw linkIsOver();
  await requireUnguessable(password, { email: owner.email });

  const passwordHash = await hashPassword(password);
  const chosen = await inTransaction(async (transaction) => {
    const userId = await takeLink(transaction, tokenHash, now);
    if (userId === null) throw linkIsOver();
    const { name, email } = await savePassword(transaction, userId, passwordHash);
    await recordEvent(transaction, {
      actor: { id: userId, name },
      now,
      action: "user.password_chosen",
      target: `user:${userId}`,
      tenantId: null,
      before: null,
      after: { name, email },
    });
    return { email };
  });
  await forgiveAttempt(subject);
  return chosen;
}

function linkIsOver(): AppError {
  return new AppError("not_found", "This link was used already, or is over. Ask for a new one.");
}
