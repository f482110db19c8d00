import type { z } from "zod";
import { lockAgency } from "../agency/store";
import { recordEvent } from "../audit/store";
import type { Actor } from "../auth/require-staff";
import { inTransaction, type Transaction } from "../db/transaction";
import { AppError } from "../errors";
import { deleteSecondStep } from "../second-step/store";
import { getTenant } from "../tenants/store";
import { mailInvitation } from "./mail-invitation";
import { issueLink, type PasswordLink } from "./password-link";
import type { InvitedPerson, inviteMemberInput, inviteStaffInput, Person } from "./schema";
import { findByEmail, insertUser, readMember, readStaff, saveMembership, savePassword, saveStaffRole } from "./store";

type Invite<Input> = { input: Input; actor: Actor; now: Date };

/**
 * Takes somebody on the staff. Who signed in for a client before must choose a new password: an admin may have handed out
 * the first one's link, and must not get at the rights of another role by it.
 * @throws AppError `conflict` for one of the staff.
 */
export async function inviteStaff({
  input,
  actor,
  now,
}: Invite<z.output<typeof inviteStaffInput>>): Promise<InvitedPerson> {
  const { name, email, role } = input;
  return await invited(actor, async (transaction) => {
    await lockAgency(transaction);
    const known = await findByEmail(transaction, email);
    if (known !== null && known.staffRole !== null) throw alreadyThere("on the team");

    const userId = known?.id ?? (await insertUser(transaction, { name, email, staffRole: role }));
    if (known !== null) {
      await saveStaffRole(transaction, userId, role);
      await savePassword(transaction, userId, null);
      await deleteSecondStep(transaction, userId);
    }
    const person = await readStaff(transaction, userId);
    await recordInvitation(transaction, { person, actor, now, tenantId: null });
    return { person, link: await issueLink(transaction, { userId, purpose: "invitation", now }) };
  });
}

/**
 * Lets somebody sign in for a client. Who has a password already keeps it, and needs no link.
 * @throws AppError `not_found`; `conflict` for one of its people.
 */
export async function inviteMember({
  tenantId,
  input,
  actor,
  now,
}: Invite<z.output<typeof inviteMemberInput>> & { tenantId: string }): Promise<InvitedPerson> {
  const { name, email, role } = input;
  const tenant = await getTenant(tenantId, now);
  if (tenant.archivedAt !== null)
    throw new AppError("conflict", "This client is archived and can no longer be changed.");

  return await invited(actor, async (transaction) => {
    await lockAgency(transaction);
    const known = await findByEmail(transaction, email);
    const isMember = known && (await transaction.membership.count({ where: { tenantId, userId: known.id } })) > 0;
    if (isMember) throw alreadyThere("one of this client's people");

    const userId = known?.id ?? (await insertUser(transaction, { name, email }));
    await saveMembership(transaction, { tenantId, userId, role });
    const person = await readMember(transaction, { tenantId, userId });
    await recordInvitation(transaction, { person, actor, now, tenantId });
    // Whoever has the staff's rights gets in by a link that the owner alone hands out.
    const needsLink = person.state === "invited" && !person.isStaff;
    return { person, link: needsLink ? await issueLink(transaction, { userId, purpose: "invitation", now }) : null };
  });
}

async function invited(
  actor: Actor,
  work: (transaction: Transaction) => Promise<{ person: Person; link: PasswordLink | null }>,
): Promise<InvitedPerson> {
  const { person, link } = await inTransaction(work);
  if (link === null) return { person, invitation: null };
  return { person, invitation: { ...link, mailed: await mailInvitation({ person, link, inviter: actor.name }) } };
}

type Recorded = { person: Person; actor: Actor; now: Date; tenantId: string | null };

async function recordInvitation(
  transaction: Transaction,
  { person: { id, name, email, role }, ...event }: Recorded,
): Promise<void> {
  const target = `user:${id}`;
  await recordEvent(transaction, {
    ...event,
    action: "user.invited",
    target,
    before: null,
    after: { name, email, role },
  });
}

function alreadyThere(where: string): AppError {
  return new AppError("conflict", `Whoever has this e-mail address is ${where} already.`, {
    fields: { email: "is known already" },
  });
}
