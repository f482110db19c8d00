import { getAgency } from "../auth/store";
import { log } from "../log";
import { mailer } from "../mail/mailer";
import type { PasswordLink } from "./password-link";
import type { Person } from "./schema";

type MailInvitation = {
  person: Pick<Person, "name" | "email" | "state">;
  link: PasswordLink;
  /** Null where the person asked for the link. */
  inviter: string | null;
};

/** Sends somebody their link, where mail is set up. Whether it went out: if not, the link can be handed over by hand. */
export async function mailInvitation({ person, link, inviter }: MailInvitation): Promise<boolean> {
  const post = mailer();
  if (post === null) return false;

  const agency = await getAgency();
  const isNew = person.state === "invited";
  const lines = [
    `Hello ${person.name},`,
    "",
    isNew
      ? `${inviter ?? agency.name} invites you to the AI console of ${agency.name}. Choose your password here:`
      : `here you choose a new password for the AI console of ${agency.name}:`,
    "",
    new URL(link.path, post.publicUrl).href,
    "",
    `The link works once, until ${link.expiresAt.slice(0, 16).replace("T", " ")} UTC.`,
    isNew
      ? "If you did not expect it, do nothing."
      : "If you did not ask for it, do nothing: your password stays as it is.",
  ];
  const subject = isNew ? `Your invitation to ${agency.name}` : `Choose a new password at ${agency.name}`;
  try {
    await post.send({ to: { name: person.name, address: person.email }, subject, text: lines.join("\n") });
    return true;
  } catch (error) {
    log().warn({ reason: (error as Error).message }, "a mail could not be sent");
    return false;
  }
}
