import { z } from "zod";
import { text } from "../http/fields";

const password = text.min(1, { error: "must not be empty" }).max(200, { error: "is not your password" });
const codeRule = "must be the 6 digits that the app shows";

/** `POST /api/auth/me/second-step`, and `POST …/removal`: whoever is signed in shows the password once more. */
export const confirmedInput = z.strictObject({ password });

/** `POST /api/auth/me/second-step/confirmation` */
export const confirmSecondStepInput = z.strictObject({
  code: z
    .string({ error: codeRule })
    .transform((given) => given.replace(/\s/g, ""))
    .pipe(z.string().regex(/^\d{6}$/, { error: codeRule })),
});

/** What goes into an authenticator app, as a QR code or by hand. Of no effect until a code confirms it. */
export type Enrolment = { secret: string; uri: string };

/** Each takes the place of a code, once. They are told only here. */
export type RecoveryCodes = { recoveryCodes: string[] };
