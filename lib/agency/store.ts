import { ensureAgency } from "../auth/store";
import { type Prisma, prisma } from "../db/client";
import { type AgencySettings, settingsOf } from "./schema";

export function getSettings(): Promise<AgencySettings> {
  return readSettings(prisma());
}

export async function readSettings(transaction: Prisma.TransactionClient): Promise<AgencySettings> {
  const agency = await transaction.agency.findUnique({ where: { id: 1 }, select: { settings: true } });
  return settingsOf(agency?.settings);
}

export async function saveSettings(transaction: Prisma.TransactionClient, settings: AgencySettings): Promise<void> {
  await transaction.agency.update({ where: { id: 1 }, data: { settings } });
}

/** Held until the transaction ends, so that of two changes at once the second sees the first. */
export async function lockAgency(transaction: Prisma.TransactionClient): Promise<void> {
  await ensureAgency(transaction);
  await transaction.$queryRaw`select 1 from agency where id = 1 for no key update`;
}

export async function bumpAgencyVersion(transaction: Prisma.TransactionClient): Promise<void> {
  await transaction.agency.update({ where: { id: 1 }, data: { version: { increment: 1 } } });
}
