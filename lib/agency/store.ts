import { ensureAgency } from "../auth/store";
import { type Prisma, prisma } from "../db/client";
import { type AgencySettings, settingsOf } from "./schema";

export async function getSettings(): Promise<AgencySettings> {
  const agency = await prisma().agency.findUnique({ where: { id: 1 }, select: { settings: true } });
  return settingsOf(agency?.settings);
}

/** The settings, held until the transaction ends: of two changes at once the second sees the first. */
export async function lockSettings(transaction: Prisma.TransactionClient): Promise<AgencySettings> {
  await ensureAgency(transaction);
  await transaction.$queryRaw`select 1 from agency where id = 1 for no key update`;
  const agency = await transaction.agency.findUniqueOrThrow({ where: { id: 1 }, select: { settings: true } });
  return settingsOf(agency.settings);
}

export async function saveSettings(transaction: Prisma.TransactionClient, settings: AgencySettings): Promise<void> {
  await transaction.agency.update({ where: { id: 1 }, data: { settings } });
}
