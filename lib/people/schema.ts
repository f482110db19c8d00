import { z } from "zod";
import type { StaffRole } from "../auth/schema";
import { email, name } from "../http/fields";

const staffRole = z.enum(["owner", "admin", "viewer"], { error: "must be owner, admin or viewer" });
const memberRole = z.enum(["manager", "member"], { error: "must be manager or member" });

export const inviteStaffInput = z.strictObject({ name, email, role: staffRole });
export const changeStaffInput = z.strictObject({ role: staffRole });
export const inviteMemberInput = z.strictObject({ name, email, role: memberRole });
export const changeMemberInput = z.strictObject({ role: memberRole });

export type MemberRole = z.infer<typeof memberRole>;
export type PersonRole = StaffRole | MemberRole;

/** Who may sign in: as one of the staff, or for a client. */
export type Person = {
  id: string;
  name: string;
  email: string;
  role: PersonRole;
  /** `invited` until a password was chosen, or the identity provider let them in. */
  state: "active" | "invited";
  /** Whether somebody of a client is one of the staff too. */
  isStaff: boolean;
  /** Whether a code is asked for beside the password. */
  hasSecondStep: boolean;
  createdAt: string;
};

/** `GET /api/admin/team` and `GET /api/admin/tenants/{id}/people`, by name. */
export type PersonList = { items: Person[] };

/** The way in, once: whoever opens it chooses the person's password. */
export type Invitation = {
  /** Of this installation: `/welcome/…` */
  path: string;
  expiresAt: string;
  /** Whether it went out by mail. */
  mailed: boolean;
};

/** The answer to an invitation; without one for somebody who has a password already. */
export type InvitedPerson = { person: Person; invitation: Invitation | null };
