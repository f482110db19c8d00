import { type Prisma, prisma } from "../db/client";
import { encryptionKeys } from "../encryption-keys";
import { AppError } from "../errors";
import { encryptCredential, readCredential } from "./credential";
import type { Provider } from "./schema";
import type { Dialect, Vendor } from "./vendors";

type ProviderRow = Prisma.ProviderGetPayload<object>;

/** What is entered of a provider, with the credential as it was typed. */
export type ProviderFields = Partial<Pick<Provider, "name" | "dialect" | "baseUrl" | "isDefault">> & {
  credential?: string;
};

/** Less than this of a credential may be shown only if the rest is long enough to stay secret. */
const hintLength = 4;
const shortestHinted = 12;

export async function listProviders(): Promise<Provider[]> {
  const rows = await prisma().provider.findMany({ orderBy: [{ name: "asc" }, { id: "asc" }] });
  return rows.map(providerOf);
}

/** @throws AppError `not_found`. */
export function getProvider(providerId: string): Promise<Provider> {
  return readProvider(prisma(), providerId);
}

/** @throws AppError `not_found`. */
export async function readProvider(transaction: Prisma.TransactionClient, providerId: string): Promise<Provider> {
  return providerOf(await readRow(transaction, providerId));
}

/** The credential in the clear, for calling the provider. @throws AppError `not_found`; `conflict` when it cannot be read. */
export async function getCredential(providerId: string): Promise<string> {
  const credential = decrypted(await readRow(prisma(), providerId));
  if (credential === null) {
    throw new AppError("conflict", "The credential was encrypted with another ENCRYPTION_KEY. Enter it again.");
  }
  return credential;
}

type NewProvider = {
  slug: string;
  name: string;
  vendor: Vendor;
  dialect: Dialect;
  baseUrl: string;
  credential: string;
  isDefault: boolean;
};

export async function insertProvider(transaction: Prisma.TransactionClient, fields: NewProvider): Promise<string> {
  const { id } = await transaction.provider.create({ data: { ...fields, credential: encrypted(fields.credential) } });
  return id;
}

export async function saveProvider(
  transaction: Prisma.TransactionClient,
  providerId: string,
  { credential, ...fields }: ProviderFields,
): Promise<void> {
  const data = { ...fields, ...(credential !== undefined && { credential: encrypted(credential) }) };
  await transaction.provider.update({ where: { id: providerId }, data });
}

export async function deleteProviderRow(transaction: Prisma.TransactionClient, providerId: string): Promise<void> {
  await transaction.provider.delete({ where: { id: providerId } });
}

/** Takes the default from whichever provider has it. There is at most one, which an index guards. */
export async function clearDefaultProvider(transaction: Prisma.TransactionClient): Promise<void> {
  await transaction.provider.updateMany({ where: { isDefault: true }, data: { isDefault: false } });
}

export async function hasDefaultProvider(transaction: Prisma.TransactionClient): Promise<boolean> {
  return (await transaction.provider.count({ where: { isDefault: true } })) > 0;
}

async function readRow(transaction: Prisma.TransactionClient, providerId: string): Promise<ProviderRow> {
  const row = await transaction.provider.findUnique({ where: { id: providerId } });
  if (row === null) throw new AppError("not_found", "There is no such provider.");
  return row;
}

function providerOf(row: ProviderRow): Provider {
  const credential = decrypted(row);
  // A key file ends like any other.
  const canBeHinted = credential !== null && credential.length >= shortestHinted && !credential.startsWith("{");
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    vendor: row.vendor as Vendor,
    dialect: row.dialect,
    baseUrl: row.baseUrl,
    credentialSet: credential !== "",
    credentialHint: canBeHinted ? `…${credential.slice(-hintLength)}` : null,
    isDefault: row.isDefault,
    createdAt: row.createdAt.toISOString(),
  };
}

function encrypted(credential: string): string {
  return encryptCredential(credential, encryptionKeys().ENCRYPTION_KEY);
}

/** Null when it was encrypted with another key: the provider can still be seen, and its credential entered again. */
function decrypted({ credential }: ProviderRow): string | null {
  try {
    return readCredential(credential, encryptionKeys());
  } catch {
    return null;
  }
}
