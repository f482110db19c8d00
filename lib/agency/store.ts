import { ensureAgency, unnamedAgency } from "../auth/store";
import { type Prisma, prisma } from "../db/client";
import { type Settings, settingsOf } from "./schema";

export function getSettings(): Promise<Settings> {
  return readSettings(prisma());
}

export async function readSettings(transaction: Prisma.TransactionClient): Promise<Settings> {
  const row = await transaction.agency.findUnique({
    where: { id: 1 },
    select: { name: true, timeZone: true, currency: true, settings: true },
  });
  const { settings, ...agency } = row ?? { ...unnamedAgency, settings: null };
  return { ...agency, ...settingsOf(settings) };
}

export async function saveSettings(
  transaction: Prisma.TransactionClient,
  { name, timeZone, currency, ...settings }: Settings,
): Promise<void> {
  await transaction.agency.update({ where: { id: 1 }, data: { name, timeZone, currency, settings } });
}

/** Held until the transaction ends, so that of two changes at once the second sees the first. */
export async function lockAgency(transaction: Prisma.TransactionClient): Promise<void> {
  await ensureAgency(transaction);
  await transaction.$queryRaw`select 1 from agency where id = 1 for no key update`;
}

export async function bumpAgencyVersion(transaction: Prisma.TransactionClient): Promise<void> {
  await transaction.agency.update({ where: { id: 1 }, data: { version: { increment: 1 } } });
}

/** `digest` names it: another picture has another one. */
export type Logo = LogoName & { bytes: Buffer };

export type LogoName = { mediaType: string; digest: string };

export async function findLogo(): Promise<Logo | null> {
  const row = await prisma().agencyLogo.findUnique({ where: { id: 1 } });
  return row && { ...row, bytes: Buffer.from(row.bytes) };
}

/** Where the logo is found, for as long as it is this one; null when there is none. */
export async function findLogoPath(): Promise<string | null> {
  const row = await prisma().agencyLogo.findUnique({ where: { id: 1 }, select: { digest: true } });
  return row && `/api/logo?v=${row.digest}`;
}

/** Gives the one that it takes the place of. */
export async function saveLogo(transaction: Prisma.TransactionClient, logo: Logo): Promise<LogoName | null> {
  const before = await nameLogo(transaction);
  const data = { ...logo, bytes: new Uint8Array(logo.bytes) };
  await transaction.agencyLogo.upsert({ where: { id: 1 }, create: data, update: data });
  return before;
}

/** Gives the one that was there. */
export async function deleteLogo(transaction: Prisma.TransactionClient): Promise<LogoName | null> {
  const before = await nameLogo(transaction);
  await transaction.agencyLogo.deleteMany({});
  return before;
}

async function nameLogo(transaction: Prisma.TransactionClient): Promise<LogoName | null> {
  return await transaction.agencyLogo.findUnique({ where: { id: 1 }, select: { mediaType: true, digest: true } });
}
