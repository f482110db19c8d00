import { type Prisma, prisma } from "../db/client";
import { AppError } from "../errors";
import type { AdminToken, AdminTokenScope } from "./schema";

type Row = Prisma.AdminTokenGetPayload<object>;

/** Newest first, revoked ones included. */
export async function listAdminTokens(): Promise<AdminToken[]> {
  const rows = await prisma().adminToken.findMany({ orderBy: { id: "desc" } });
  return rows.map(tokenOf);
}

/** The token that was not revoked and has this hash. */
export async function findAdminToken(
  tokenHash: Buffer,
): Promise<{ id: string; name: string; scope: AdminTokenScope; lastUsedAt: Date | null } | null> {
  return await prisma().adminToken.findFirst({
    where: { tokenHash: bytesOf(tokenHash), revokedAt: null },
    select: { id: true, name: true, scope: true, lastUsedAt: true },
  });
}

export async function saveLastUse(tokenId: string, now: Date): Promise<void> {
  await prisma().adminToken.updateMany({ where: { id: tokenId }, data: { lastUsedAt: now } });
}

type NewToken = { name: string; scope: AdminTokenScope; prefix: string; tokenHash: Buffer; createdBy: string };

export async function insertAdminToken(
  transaction: Prisma.TransactionClient,
  { tokenHash, ...fields }: NewToken,
): Promise<AdminToken> {
  return tokenOf(await transaction.adminToken.create({ data: { ...fields, tokenHash: bytesOf(tokenHash) } }));
}

/** Locked until the transaction ends, so that of two revocations the second sees the first. @throws AppError `not_found`. */
export async function lockAdminToken(transaction: Prisma.TransactionClient, tokenId: string): Promise<AdminToken> {
  await transaction.$queryRaw`select 1 from admin_token where id = ${tokenId}::uuid for update`;
  const row = await transaction.adminToken.findUnique({ where: { id: tokenId } });
  if (row === null) throw new AppError("not_found", "There is no such token.");
  return tokenOf(row);
}

export async function saveRevocation(
  transaction: Prisma.TransactionClient,
  tokenId: string,
  { revokedAt, revokedBy }: { revokedAt: Date; revokedBy: string },
): Promise<AdminToken> {
  return tokenOf(await transaction.adminToken.update({ where: { id: tokenId }, data: { revokedAt, revokedBy } }));
}

function tokenOf({ tokenHash: _, ...row }: Row): AdminToken {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

function bytesOf(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}
