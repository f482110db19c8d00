import { admitAttempt } from "../auth/attempts";
import { findUserByEmail } from "../auth/store";
import { inTransaction } from "../db/transaction";
import { log } from "../log";
import { mailer } from "../mail/mailer";
import { mailInvitation } from "./mail-invitation";
import { issueLink } from "./password-link";

const perAccount = 3;
const perAddress = 20;

type RequestReset = { email: string; address: string; now: Date };

/**
 * Mails somebody who cannot sign in the link to a new password. The answer is the same for an unknown address, and does
 * not wait for the mail, so that neither it nor its time tells who has an account.
 * @throws AppError `too_many_attempts`.
 */
export async function requestReset({ email, address, now }: RequestReset): Promise<void> {
  await admitAttempt({ subject: `reset-address:${address}`, limit: perAddress, now });
  await admitAttempt({ subject: `reset:${email}`, limit: perAccount, now });
  void sendReset(email, now).catch((error: unknown) =>
    log().error({ err: error }, "a password link could not be made"),
  );
}

async function sendReset(email: string, now: Date): Promise<void> {
  const user = await findUserByEmail(email);
  if (user === null || mailer() === null) return;

  const { id: userId, name, passwordHash } = user;
  const state = passwordHash === null ? "invited" : "active";
  const link = await inTransaction((transaction) => issueLink(transaction, { userId, purpose: "reset", now }));
  await mailInvitation({ person: { name, email, state }, link, inviter: null });
}
