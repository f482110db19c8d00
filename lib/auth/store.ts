import { type Prisma, prisma } from "../db/client";
import type { Me, StaffRole } from "./schema";

export type User = {
  id: string;
  email: string;
  name: string;
  staffRole: StaffRole | null;
  sessionVersion: number;
  /** Whether a code is asked for beside the password. */
  hasSecondStep: boolean;
};

const userFields = {
  id: true,
  email: true,
  name: true,
  staffRole: true,
  sessionVersion: true,
  totpEnabledAt: true,
} satisfies Prisma.UserSelect;

export type Agency = Me["agency"];

/** What an installation is called until somebody says otherwise. */
export const unnamedAgency: Agency = { name: "Agency", timeZone: "UTC", currency: "USD" };

export async function findUser(userId: string): Promise<User | null> {
  const row = await prisma().user.findUnique({ where: { id: userId }, select: userFields });
  return row && userOf(row);
}

export async function findUserByEmail(email: string): Promise<(User & { passwordHash: string | null }) | null> {
  const row = await prisma().user.findUnique({ where: { email }, select: { ...userFields, passwordHash: true } });
  return row && { ...userOf(row), passwordHash: row.passwordHash };
}

/** Null for who has no password: invited and not yet come, or signed in by the identity provider alone. */
export async function findPasswordHash(userId: string): Promise<string | null> {
  const row = await prisma().user.findUnique({ where: { id: userId }, select: { passwordHash: true } });
  return row?.passwordHash ?? null;
}

/** Whoever this is at the identity provider. */
export async function findUserBySubject(oidcSubject: string): Promise<User | null> {
  const row = await prisma().user.findUnique({ where: { oidcSubject }, select: userFields });
  return row && userOf(row);
}

/** Ties the user of this address to somebody at the identity provider. Null where there is none, or one tied already. */
export async function saveSubject(
  transaction: Prisma.TransactionClient,
  { email, oidcSubject }: { email: string; oidcSubject: string },
): Promise<User | null> {
  const [row] = await transaction.user.updateManyAndReturn({
    where: { email, oidcSubject: null },
    data: { oidcSubject },
    select: userFields,
  });
  return row ? userOf(row) : null;
}

/** The tenants that a user belongs to, archived ones left out. */
export async function listMemberships(userId: string): Promise<(Me["tenants"][number] & { timeZone: string })[]> {
  const memberships = await prisma().membership.findMany({
    where: { userId, tenant: { archivedAt: null } },
    include: { tenant: { select: { id: true, slug: true, name: true, timeZone: true } } },
    orderBy: { tenant: { name: "asc" } },
  });
  return memberships.map(({ tenant, role }) => ({ ...tenant, role }));
}

export async function getAgency(): Promise<Agency> {
  const agency = await prisma().agency.findUnique({
    where: { id: 1 },
    select: { name: true, timeZone: true, currency: true },
  });
  return agency ?? unnamedAgency;
}

/** Makes the agency's row where a script comes before the set-up in the browser. */
export async function ensureAgency(transaction: Prisma.TransactionClient): Promise<void> {
  await transaction.agency.createMany({ data: { id: 1, ...unnamedAgency }, skipDuplicates: true });
}

export async function hasOwner(): Promise<boolean> {
  return (await prisma().user.count({ where: { staffRole: "owner" } })) > 0;
}

type NewInstallation = { agency: Agency; owner: { name: string; email: string; passwordHash: string } };

/**
 * Saves the agency and its owner, unless there is an owner, and gives the owner's id or null. Of two that come at the same
 * time the second waits for the agency's row and then sees the first one's owner.
 */
export async function saveInstallation(
  { agency, owner }: NewInstallation,
  alsoDo: (transaction: Prisma.TransactionClient, owner: User) => Promise<void>,
): Promise<User | null> {
  return await prisma().$transaction(async (transaction) => {
    await ensureAgency(transaction);
    await transaction.agency.update({ where: { id: 1 }, data: { ...agency, version: { increment: 1 } } });
    if ((await transaction.user.count({ where: { staffRole: "owner" } })) > 0) return null;

    const row = await transaction.user.create({ data: { ...owner, staffRole: "owner" }, select: userFields });
    const user = userOf(row);
    await alsoDo(transaction, user);
    return user;
  });
}

/** Counts an attempt before it is looked at, so that many at once are all counted. Gives how many there are in the window. */
export async function countAttempt({
  subject,
  windowMs,
  now,
}: {
  subject: string;
  windowMs: number;
  now: Date;
}): Promise<{ attempts: number; windowEndsAt: Date }> {
  const windowEndsAt = new Date(now.getTime() + windowMs);
  const rows = await prisma().$queryRaw<{ attempts: number; windowEndsAt: Date }[]>`
    insert into sign_in_attempt as a (subject, failures, window_ends_at) values (${subject}, 1, ${windowEndsAt})
    on conflict (subject) do update set
      failures = case when a.window_ends_at <= ${now} then 1 else a.failures + 1 end,
      window_ends_at = case when a.window_ends_at <= ${now} then excluded.window_ends_at else a.window_ends_at end
    returning failures as attempts, window_ends_at as "windowEndsAt"`;
  return rows[0] as { attempts: number; windowEndsAt: Date };
}

/** After a sign-in that succeeded: nothing counts against the account any more, and this attempt not against the address. */
export async function forgiveAttempts({ account, address }: { account: string; address: string }): Promise<void> {
  await forgiveAttempt(account);
  await forgiveAddress(address);
}

/** After an attempt that was none to guess: it does not count against the address. */
export async function forgiveAddress(address: string): Promise<void> {
  await prisma().signInAttempt.updateMany({
    where: { subject: address, failures: { gt: 0 } },
    data: { failures: { decrement: 1 } },
  });
}

/** After what was asked for has succeeded. */
export async function forgiveAttempt(subject: string): Promise<void> {
  await prisma().signInAttempt.deleteMany({ where: { subject } });
}

export async function deleteOldAttempts(now: Date): Promise<void> {
  await prisma().signInAttempt.deleteMany({ where: { windowEndsAt: { lte: now } } });
}

function userOf({ totpEnabledAt, ...user }: Prisma.UserGetPayload<{ select: typeof userFields }>): User {
  return { ...user, hasSecondStep: totpEnabledAt !== null };
}
