import { type Prisma, prisma } from "../db/client";
import { encryptionKeys } from "../encryption-keys";
import { encryptCredential, readCredential } from "../providers/credential";

type SecondStep = {
  secret: string;
  /** Null until a first code has confirmed it. */
  enabledAt: Date | null;
};

export async function findSecondStep(userId: string): Promise<SecondStep | null> {
  const row = await prisma().user.findUnique({
    where: { id: userId },
    select: { totpSecret: true, totpEnabledAt: true },
  });
  if (!row?.totpSecret) return null;
  return { secret: readCredential(row.totpSecret, encryptionKeys()), enabledAt: row.totpEnabledAt };
}

export async function countRecoveryCodes(userId: string): Promise<number> {
  return await prisma().recoveryCode.count({ where: { userId } });
}

/** Keeps a secret that is yet to be confirmed. Whether it was kept: not where one is in use. */
export async function savePendingSecret(userId: string, secret: string): Promise<boolean> {
  const { count } = await prisma().user.updateMany({
    where: { id: userId, totpEnabledAt: null },
    data: { totpSecret: encryptCredential(secret, encryptionKeys().ENCRYPTION_KEY), totpLastStep: null },
  });
  return count === 1;
}

/** Puts the pending secret to use. Whether it did: of two at once one does. */
export async function enableSecondStep(
  transaction: Prisma.TransactionClient,
  { userId, step, codeHashes, now }: { userId: string; step: number; codeHashes: Buffer[]; now: Date },
): Promise<boolean> {
  const { count } = await transaction.user.updateMany({
    where: { id: userId, totpEnabledAt: null, totpSecret: { not: null } },
    data: { totpEnabledAt: now, totpLastStep: step },
  });
  if (count === 0) return false;
  await transaction.recoveryCode.deleteMany({ where: { userId } });
  await transaction.recoveryCode.createMany({
    data: codeHashes.map((codeHash) => ({ userId, codeHash: new Uint8Array(codeHash) })),
  });
  return true;
}

export async function deleteSecondStep(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  await transaction.recoveryCode.deleteMany({ where: { userId } });
  await transaction.user.updateMany({
    where: { id: userId },
    data: { totpSecret: null, totpEnabledAt: null, totpLastStep: null },
  });
}

/** Uses up the code of this half minute, and with it all before. Whether it was good: of two at once one is. */
export async function takeStep(userId: string, step: number): Promise<boolean> {
  const { count } = await prisma().user.updateMany({
    where: { id: userId, totpEnabledAt: { not: null }, OR: [{ totpLastStep: null }, { totpLastStep: { lt: step } }] },
    data: { totpLastStep: step },
  });
  return count === 1;
}

/** Uses up a recovery code. Whether there was one. */
export async function takeRecoveryCode(
  transaction: Prisma.TransactionClient,
  { userId, codeHash }: { userId: string; codeHash: Buffer },
): Promise<boolean> {
  const { count } = await transaction.recoveryCode.deleteMany({
    where: { userId, codeHash: new Uint8Array(codeHash) },
  });
  return count === 1;
}
