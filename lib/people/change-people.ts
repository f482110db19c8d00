import { lockAgency } from "../agency/store";
import { type NewEvent, recordEvent } from "../audit/store";
import type { Actor } from "../auth/require-staff";
import type { StaffRole } from "../auth/schema";
import { inTransaction, type Transaction } from "../db/transaction";
import { AppError } from "../errors";
import { requireMatch } from "../http/etag";
import { deleteSecondStep } from "../second-step/store";
import { mailInvitation } from "./mail-invitation";
import { issueLink } from "./password-link";
import type { Invitation, MemberRole, Person } from "./schema";
import {
  deleteIfNobody,
  deleteMembership,
  endSessions,
  hasOtherOwner,
  readMember,
  readStaff,
  saveMembership,
  saveStaffRole,
} from "./store";

/** Who is meant: one of the staff, or of a client's people. */
export type Place = { userId: string; tenantId: string | null };

type ChangePerson = Place & { actor: Actor; now: Date };

type ChangeRole<Role> = ChangePerson & { role: Role; ifMatch?: string | null };

/** @throws AppError `not_found`; `conflict` for the last owner; `precondition_failed` when they are not as `ifMatch` says. */
export async function changeStaffRole({ role, ifMatch = null, ...change }: ChangeRole<StaffRole>): Promise<Person> {
  return await changePerson(change, async (transaction, person) => {
    requireMatch(ifMatch, person);
    if (role !== "owner") await requireOtherOwner(transaction, person);
    await saveStaffRole(transaction, person.id, role);
    return roleChange(person, role);
  });
}

/** @throws AppError `not_found`; `precondition_failed` when they are not as `ifMatch` says. */
export async function changeMemberRole({
  role,
  ifMatch = null,
  tenantId,
  ...change
}: ChangeRole<MemberRole> & { tenantId: string }): Promise<Person> {
  return await changePerson({ ...change, tenantId }, async (transaction, person) => {
    requireMatch(ifMatch, person);
    await saveMembership(transaction, { tenantId, userId: person.id, role });
    return roleChange(person, role);
  });
}

/**
 * Takes somebody off the team, or from a client's people. Their sessions end, except those of staff who are still on the
 * team, and who belongs nowhere else is forgotten.
 * @throws AppError `not_found`; `conflict` for the last owner.
 */
export async function removePerson(change: ChangePerson): Promise<void> {
  await changePerson(change, async (transaction, person) => {
    const { tenantId } = change;
    if (tenantId === null) {
      await requireOtherOwner(transaction, person);
      await saveStaffRole(transaction, person.id, null);
    } else {
      await deleteMembership(transaction, { tenantId, userId: person.id });
    }
    if (tenantId === null || !person.isStaff) await endSessions(transaction, person.id);
    await deleteIfNobody(transaction, person.id);
    return { action: "user.removed", before: shownOf(person), after: null };
  });
}

/** Ends every session of somebody, from their next request on. @throws AppError `not_found`, `forbidden`. */
export async function signOutEverywhere(change: ChangePerson): Promise<void> {
  await changePerson(change, async (transaction, person) => {
    requireRightsOver(change, person);
    await endSessions(transaction, person.id);
    return { action: "user.signed_out", before: null, after: shownOf(person) };
  });
}

/** Lets somebody who lost the phone sign in with the password alone. Their sessions end. @throws AppError `not_found`, `forbidden`. */
export async function resetSecondStep(change: ChangePerson): Promise<void> {
  await changePerson(change, async (transaction, person) => {
    requireRightsOver(change, person);
    await deleteSecondStep(transaction, person.id);
    await endSessions(transaction, person.id);
    return { action: "user.second_step_reset", before: null, after: shownOf(person) };
  });
}

/** A new link to choose a password by: for an invitation that is over, or a password that was lost. */
export async function renewLink(change: ChangePerson): Promise<Invitation> {
  const { result: link, person } = await withPerson(change, async (transaction, person) => {
    requireRightsOver(change, person);
    const purpose = person.state === "invited" ? "invitation" : "reset";
    const link = await issueLink(transaction, { userId: person.id, purpose, now: change.now });
    return { result: link, event: { action: "user.link_made", before: null, after: shownOf(person) } };
  });
  return { ...link, mailed: await mailInvitation({ person, link, inviter: change.actor.name }) };
}

type PersonEvent = Pick<NewEvent, "action" | "before" | "after">;

async function changePerson(
  change: ChangePerson,
  work: (transaction: Transaction, person: Person) => Promise<PersonEvent & { person?: Person }>,
): Promise<Person> {
  const { result } = await withPerson(change, async (transaction, person) => {
    const { person: changed = person, ...event } = await work(transaction, person);
    return { result: changed, event };
  });
  return result;
}

/** One change of people is made at a time, so that of two owners who remove each other one stays. */
async function withPerson<T>(
  { userId, tenantId, actor, now }: ChangePerson,
  work: (transaction: Transaction, person: Person) => Promise<{ result: T; event: PersonEvent }>,
): Promise<{ result: T; person: Person }> {
  return await inTransaction(async (transaction) => {
    await lockAgency(transaction);
    const person =
      tenantId === null ? await readStaff(transaction, userId) : await readMember(transaction, { tenantId, userId });
    const { result, event } = await work(transaction, person);
    await recordEvent(transaction, { ...event, actor, now, target: `user:${userId}`, tenantId });
    return { result, person };
  });
}

function roleChange<Role extends Person["role"]>(person: Person, role: Role) {
  const { name } = person;
  return {
    person: { ...person, role },
    action: "user.updated",
    before: { name, role: person.role },
    after: { name, role },
  };
}

function shownOf({ name, email, role }: Person) {
  return { name, email, role };
}

async function requireOtherOwner(transaction: Transaction, person: Person): Promise<void> {
  if (person.role !== "owner" || (await hasOtherOwner(transaction, person.id))) return;
  throw new AppError("conflict", "The last owner stays: nobody else could change team and settings.");
}

/** A client's people who are staff too: their password and sessions are the owner's affair, or an admin could become one. */
function requireRightsOver({ actor }: ChangePerson, person: Person): void {
  if (!person.isStaff || actor.role === "owner") return;
  throw new AppError("forbidden", `${person.name} is on your team: only the owner does this, under Team.`);
}
