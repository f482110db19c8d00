import { z } from "zod";
import { email } from "../http/fields";

const mostRecipients = 20;

/** Who is told by e-mail when a limit comes near or is used up; an address that is given twice counts once. */
export const alertRecipients = z
  .array(email, { error: "must be a list of e-mail addresses" })
  .max(mostRecipients, { error: `must have at most ${mostRecipients} entries` })
  .transform((addresses) => [...new Set(addresses)]);

/** `GET /api/admin/settings/alerts`: whether alerts can be mailed, and what became of the last mail of them. */
export type AlertMails = { canMail: boolean; last: LastAlertMail | null };

/** `failed` is tried again, for as long as its limits are so; `limits` is how many it tells of. */
export type LastAlertMail = { state: "sending" | "sent" | "failed"; triedAt: string; limits: number };

/** `POST /api/admin/settings/alerts/test` */
export type TestMail = { ok: boolean; message: string };
