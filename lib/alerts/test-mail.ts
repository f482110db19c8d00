import { getSettings } from "../agency/store";
import { AppError } from "../errors";
import { log } from "../log";
import { describeMailFailure } from "../mail/describe-mail-failure";
import { mailer } from "../mail/mailer";
import type { TestMail } from "./schema";

/**
 * Sends a mail to those who are told of limits, as an alert would come, and says in words what came of it.
 * @throws AppError `conflict` when nobody is to be told, or mail is not set up.
 */
export async function sendTestMail(): Promise<TestMail> {
  const post = mailer();
  if (post === null) throw new AppError("conflict", "No mail can be sent: where Sluice runs, SMTP_URL is not set.");
  const { name, alertRecipients: to } = await getSettings();
  if (to.length === 0) throw new AppError("conflict", "Nobody is told of limits. Enter an address first.");

  const lines = [
    "This is a test: a mail like this one comes when a limit of a client or of a key comes near, and when it is used up.",
    "",
    `Who gets these mails: ${new URL("/settings", post.publicUrl).href}`,
  ];
  try {
    await post.send({ to, subject: `Alerts of ${name} arrive here`, text: lines.join("\n") });
  } catch (error) {
    log().warn({ reason: (error as Error).message }, "a test of the alerts could not be mailed");
    return { ok: false, message: describeMailFailure(error) };
  }
  return {
    ok: true,
    message: `The mail server has taken it, for ${to.length === 1 ? to[0] : `${to.length} addresses`}.`,
  };
}
