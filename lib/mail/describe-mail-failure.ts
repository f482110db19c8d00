/** What nodemailer tells of a mail that was not taken: its code, and the mail server's answer where there was one. */
type MailFailure = Error & { code?: string; response?: string };

const mostShown = 200;

/** Why a mail was not taken, in words for who can do something about it. No password is in them. */
export function describeMailFailure(error: unknown): string {
  const { code, response } = error as MailFailure;
  const said = response ? `: ${response.replaceAll(/\s+/g, " ").slice(0, mostShown)}` : "";
  if (code === "EAUTH" || code === "ENOAUTH")
    return `The mail server refuses the user name and password of SMTP_URL${said}`;
  if (code === "ETLS") return "No encrypted connection to the mail server could be made. Check SMTP_URL.";
  if (said !== "") return `The mail server does not take it${said}`;
  return "The mail server cannot be reached. Check SMTP_URL, and whether this machine may reach it.";
}
