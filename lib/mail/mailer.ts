import { createTransport } from "nodemailer";
import { env } from "../env";
import { processSingleton } from "../process-singleton";

type Mail = {
  to: { name: string; address: string } | string[];
  subject: string;
  text: string;
  /** Names the mail for whoever gets it twice. Another one each time where it is left out. */
  messageId?: string;
};

export type Mailer = {
  /** Where the links in mails lead. */
  publicUrl: string;
  /** @throws Error when the mail server does not take it. */
  send(mail: Mail): Promise<void>;
};

const patienceMs = 10_000;

/** The way out for mails; null where none is set up. */
export function mailer(): Mailer | null {
  const { SMTP_URL: url, SMTP_FROM: from, PUBLIC_URL: publicUrl } = env();
  if (url === undefined || from === undefined || publicUrl === undefined) return null;

  const transport = processSingleton("mail.transport", () =>
    createTransport({ url, connectionTimeout: patienceMs, greetingTimeout: patienceMs, socketTimeout: patienceMs }),
  );
  return { publicUrl, send: async (mail) => void (await transport.sendMail({ ...mail, from })) };
}
