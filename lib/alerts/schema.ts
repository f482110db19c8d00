import { z } from "zod";
import { email } from "../http/fields";

const mostRecipients = 20;

/** Who is told by e-mail when a limit comes near or is used up; an address that is given twice counts once. */
export const alertRecipients = z
  .array(email, { error: "must be a list of e-mail addresses" })
  .max(mostRecipients, { error: `must have at most ${mostRecipients} entries` })
  .transform((addresses) => [...new Set(addresses)]);
