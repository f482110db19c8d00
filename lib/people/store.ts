import type { StaffRole } from "../auth/schema";
import { type Prisma, prisma } from "../db/client";
import { AppError } from "../errors";
import type { MemberRole, Person, PersonRole } from "./schema";

type UserRow = Prisma.UserGetPayload<object>;

const byName = [{ name: "asc" }, { id: "asc" }] satisfies Prisma.UserOrderByWithRelationInput[];

export async function listStaff(): Promise<Person[]> {
  const rows = await prisma().user.findMany({ where: { staffRole: { not: null } }, orderBy: byName });
  return rows.map((row) => personOf(row, row.staffRole as StaffRole));
}

export async function listMembers(tenantId: string): Promise<Person[]> {
  const rows = await prisma().membership.findMany({
    where: { tenantId },
    include: { user: true },
    orderBy: { user: { name: "asc" } },
  });
  return rows.map(({ user, role }) => personOf(user, role));
}

/** One of the staff. @throws AppError `not_found`. */
export async function readStaff(transaction: Prisma.TransactionClient, userId: string): Promise<Person> {
  const row = await transaction.user.findFirst({ where: { id: userId, staffRole: { not: null } } });
  if (row === null) throw noSuchPerson();
  return personOf(row, row.staffRole as StaffRole);
}

/** One of a client's people. @throws AppError `not_found`, also for somebody of another client. */
export async function readMember(
  transaction: Prisma.TransactionClient,
  { tenantId, userId }: { tenantId: string; userId: string },
): Promise<Person> {
  const row = await transaction.membership.findUnique({
    where: { userId_tenantId: { userId, tenantId } },
    include: { user: true },
  });
  if (row === null) throw noSuchPerson();
  return personOf(row.user, row.role);
}

export async function findByEmail(transaction: Prisma.TransactionClient, email: string): Promise<UserRow | null> {
  return await transaction.user.findUnique({ where: { email } });
}

export async function insertUser(
  transaction: Prisma.TransactionClient,
  fields: { name: string; email: string; staffRole?: StaffRole },
): Promise<string> {
  const { id } = await transaction.user.create({ data: fields });
  return id;
}

export async function saveStaffRole(
  transaction: Prisma.TransactionClient,
  userId: string,
  staffRole: StaffRole | null,
): Promise<void> {
  await transaction.user.update({ where: { id: userId }, data: { staffRole } });
}

export async function saveMembership(
  transaction: Prisma.TransactionClient,
  membership: { tenantId: string; userId: string; role: MemberRole },
): Promise<void> {
  const { tenantId, userId, role } = membership;
  await transaction.membership.upsert({
    where: { userId_tenantId: { userId, tenantId } },
    create: membership,
    update: { role },
  });
}

export async function deleteMembership(
  transaction: Prisma.TransactionClient,
  { tenantId, userId }: { tenantId: string; userId: string },
): Promise<void> {
  await transaction.membership.delete({ where: { userId_tenantId: { userId, tenantId } } });
}

/** Who is neither of the staff nor of any client any more can no longer sign in, and may be invited anew. */
export async function deleteIfNobody(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  await transaction.user.deleteMany({ where: { id: userId, staffRole: null, memberships: { none: {} } } });
}

/** Ends all sessions of a user, and gives the version that a new one is to carry. */
export async function endSessions(transaction: Prisma.TransactionClient, userId: string): Promise<number> {
  const data = { sessionVersion: { increment: 1 } };
  const { sessionVersion } = await transaction.user.update({ where: { id: userId }, data });
  return sessionVersion;
}

/**
 * Locks a user whom somebody signed in as. @throws AppError `unauthenticated` when those sessions have been ended since: what
 * was asked for then is not done any more.
 */
export async function requireSameSessions(
  transaction: Prisma.TransactionClient,
  { id, sessionVersion }: { id: string; sessionVersion: number },
): Promise<void> {
  const rows = await transaction.$queryRaw<{ sessionVersion: number }[]>`
    select session_version as "sessionVersion" from "user" where id = ${id}::uuid for no key update`;
  if (rows[0]?.sessionVersion !== sessionVersion) throw new AppError("unauthenticated", "You are signed out.");
}

/** Whether an owner other than this one can sign in. */
export async function hasOtherOwner(transaction: Prisma.TransactionClient, userId: string): Promise<boolean> {
  const canSignIn = [{ passwordHash: { not: null } }, { oidcSubject: { not: null } }];
  const where = { id: { not: userId }, staffRole: "owner", OR: canSignIn } as const;
  return (await transaction.user.count({ where })) > 0;
}

/** Null forgets it: the user must choose a new one by a link. Links of before are over. */
export async function savePassword(
  transaction: Prisma.TransactionClient,
  userId: string,
  passwordHash: string | null,
): Promise<UserRow> {
  await forgetLinks(transaction, userId);
  const changes = { passwordHash, sessionVersion: { increment: 1 } };
  return await transaction.user.update({ where: { id: userId }, data: changes });
}

/** What was sent sets no password any more. */
export async function forgetLinks(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  await transaction.passwordLink.deleteMany({ where: { userId } });
}

/** A new link takes the place of those before it. */
export async function replaceLinks(
  transaction: Prisma.TransactionClient,
  { userId, tokenHash, expiresAt }: { userId: string; tokenHash: Buffer; expiresAt: Date },
): Promise<void> {
  await forgetLinks(transaction, userId);
  await transaction.passwordLink.create({ data: { userId, tokenHash: new Uint8Array(tokenHash), expiresAt } });
}

/** Whose link this is, as long as it is good. */
export async function findLinkOwner(
  tokenHash: Buffer,
  now: Date,
): Promise<{ id: string; name: string; email: string; passwordHash: string | null } | null> {
  const link = await prisma().passwordLink.findFirst({
    where: { tokenHash: new Uint8Array(tokenHash), expiresAt: { gt: now } },
    include: { user: true },
  });
  return link?.user ?? null;
}

/** Uses a link up, and gives whose it was; null when it is used up already, or over. Of two at once one gets it. */
export async function takeLink(
  transaction: Prisma.TransactionClient,
  tokenHash: Buffer,
  now: Date,
): Promise<string | null> {
  const [taken] = await transaction.$queryRaw<{ userId: string }[]>`
    delete from password_link where token_hash = ${new Uint8Array(tokenHash)} and expires_at > ${now}
    returning user_id as "userId"`;
  return taken?.userId ?? null;
}

function personOf(row: UserRow, role: PersonRole): Person {
  const { id, name, email, passwordHash, oidcSubject, totpEnabledAt, staffRole, createdAt } = row;
  return {
    id,
    name,
    email,
    role,
    state: passwordHash === null && oidcSubject === null ? "invited" : "active",
    isStaff: staffRole !== null,
    hasSecondStep: totpEnabledAt !== null,
    createdAt: createdAt.toISOString(),
  };
}

function noSuchPerson(): AppError {
  return new AppError("not_found", "There is no such person here.");
}
