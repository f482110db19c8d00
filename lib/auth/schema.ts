import { z } from "zod";
import { currency, email, name, text, timeZone } from "../http/fields";

const newPassword = text
  .min(12, { error: "must have 12 characters or more" })
  .max(200, { error: "must have at most 200 characters" });

/** The first run: who the agency is and who owns the installation. */
export const setupInput = z.strictObject({
  agencyName: name,
  timeZone: timeZone.optional(),
  currency: currency.optional(),
  name,
  email,
  password: newPassword,
});

export const signInInput = z.object({ email, password: text.min(1).max(200), code: text.max(100).optional() });

/** `POST /api/auth/password`: the secret of a link, and the password that its holder chooses. */
export const choosePasswordInput = z.strictObject({ token: text.min(1).max(100), password: newPassword });

/** `POST /api/auth/me/password` */
export const changePasswordInput = z.strictObject({
  password: text.min(1, { error: "must not be empty" }).max(200, { error: "is not your password" }),
  newPassword,
});

/** `POST /api/auth/password-reset` */
export const resetInput = z.strictObject({ email });

/** owner: everything; admin: everything but team and settings; viewer: reads. */
export type StaffRole = "owner" | "admin" | "viewer";

/** `GET /api/setup` */
export type SetupState = { needed: boolean };

/** `GET /api/auth/me`: who is signed in. A client's user has no staff role and belongs to one or more tenants. */
export type Me = {
  user: { id: string; name: string; email: string };
  staffRole: StaffRole | null;
  /** False for whoever comes by the identity provider alone. */
  hasPassword: boolean;
  /** Null without one. */
  secondStep: { recoveryCodesLeft: number } | null;
  tenants: { id: string; slug: string; name: string; role: "manager" | "member" }[];
  agency: { name: string; timeZone: string; currency: string };
};
