import { mailer } from "../mail/mailer";
import type { AlertMails } from "./schema";
import { findLastTry } from "./store";

/** After so long a mail that is not noted as sent was not taken: the way to the mail server is given up sooner. */
const sendingMs = 60_000;

/** Whether alerts can be mailed, and what became of the last mail of them. */
export async function readAlertMails(now: Date): Promise<AlertMails> {
  const canMail = mailer() !== null;
  const tried = await findLastTry();
  if (tried === null) return { canMail, last: null };

  const { triedAt, limits, isSent } = tried;
  const unsent = now.getTime() - triedAt.getTime() < sendingMs ? "sending" : "failed";
  return { canMail, last: { state: isSent ? "sent" : unsent, triedAt: triedAt.toISOString(), limits } };
}
