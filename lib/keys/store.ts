import { toAmount } from "../db/amounts";
import { type Prisma, prisma } from "../db/client";
import { AppError } from "../errors";
import type { ApiKey, PreviousSecret, RefusedAttempts } from "./schema";
import { hashSecret, hasValidChecksum } from "./secret";

type KeyRow = Prisma.ApiKeyGetPayload<object>;

/** What is entered of a key; what is undefined is left as it is. */
export type KeyFields = Partial<
  Pick<
    ApiKey,
    | "name"
    | "dailyRequestLimit"
    | "monthlyRequestLimit"
    | "dailyTokenLimit"
    | "monthlyTokenLimit"
    | "requestsPerMinute"
    | "concurrency"
    | "allowedModels"
    | "quotaStatus"
  >
> & { expiresAt?: Date | null };

export async function listKeys(tenantId: string, now: Date): Promise<ApiKey[]> {
  const rows = await prisma().apiKey.findMany({ where: { tenantId }, orderBy: { id: "asc" } });
  return rows.map((row) => keyOf(row, now));
}

/** @throws AppError `not_found` when the tenant has no such key. */
export function getKey({ tenantId, keyId, now }: { tenantId: string; keyId: string; now: Date }): Promise<ApiKey> {
  return readKey(prisma(), { tenantId, keyId, now });
}

/** @throws AppError `not_found` when the tenant has no such key. */
export async function readKey(
  transaction: Prisma.TransactionClient,
  { tenantId, keyId, now }: { tenantId: string; keyId: string; now: Date },
): Promise<ApiKey> {
  const row = await transaction.apiKey.findUnique({ where: { id: keyId, tenantId } });
  if (row === null) throw new AppError("not_found", "There is no such key.");
  return keyOf(row, now);
}

export type KeyHolder = { keyId: string; tenantId: string; tenantSlug: string };

/** The key that this secret opens now, used up or not; null when it opens none: unknown, revoked, expired, replaced, archived. */
export async function findKeyBySecret(secret: string, now: Date): Promise<KeyHolder | null> {
  if (!hasValidChecksum(secret)) return null;
  const secretHash = bytesOf(hashSecret(secret));
  const key = await prisma().apiKey.findFirst({
    where: {
      revokedAt: null,
      tenant: { archivedAt: null },
      AND: [
        { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
        { OR: [{ secretHash }, { previousSecretHash: secretHash, previousSecretExpiresAt: { gt: now } }] },
      ],
    },
    include: { tenant: { select: { slug: true } } },
  });
  return key && { keyId: key.id, tenantId: key.tenantId, tenantSlug: key.tenant.slug };
}

type RefusalsOf = { tenantId: string; keyId: string; since: Date };

/** How often calls with a key were refused since then, by reason, the latest first. Counts of one hour are not told apart. */
export async function listRefusals({ tenantId, keyId, since }: RefusalsOf): Promise<RefusedAttempts[]> {
  const rows = await prisma().$queryRaw<{ reason: string; attempts: number; lastAt: Date }[]>`
    select reason, sum(refusals)::float8 as attempts, max(last_at) as "lastAt"
    from refusal_hourly
    where tenant_id = ${tenantId}::uuid and actor_id = ${keyId}::uuid
      and starts_at > ${since}::timestamptz - interval '1 hour'
    group by reason having max(last_at) >= ${since} order by "lastAt" desc`;
  return rows.map(({ lastAt, ...counted }) => ({ ...counted, lastAt: lastAt.toISOString() }));
}

type NewKey = KeyFields & { name: string; kind: ApiKey["kind"]; secretHash: Buffer; prefix: string };

export async function insertKey(
  transaction: Prisma.TransactionClient,
  tenantId: string,
  fields: NewKey,
): Promise<string> {
  const { secretHash, ...rest } = fields;
  const { id } = await transaction.apiKey.create({ data: { ...rest, tenantId, secretHash: bytesOf(secretHash) } });
  return id;
}

/** Saves a change of a key. Its version moves, by which admission sees that what it knows is old. */
export async function saveKey(
  transaction: Prisma.TransactionClient,
  { tenantId, keyId }: { tenantId: string; keyId: string },
  fields: KeyFields & { revokedAt?: Date; revokedBy?: string },
): Promise<void> {
  await transaction.apiKey.update({ where: { id: keyId, tenantId }, data: { ...fields, version: { increment: 1 } } });
}

type Rotation = {
  tenantId: string;
  keyId: string;
  secretHash: Buffer;
  prefix: string;
  graceEndsAt: Date | null;
  now: Date;
};

/** Gives a key a new secret. The old one stays valid until `graceEndsAt`, or not at all. */
export async function saveRotation(
  transaction: Prisma.TransactionClient,
  { tenantId, keyId, secretHash, prefix, graceEndsAt, now }: Rotation,
): Promise<void> {
  const old = await transaction.apiKey.findUniqueOrThrow({
    where: { id: keyId, tenantId },
    select: { secretHash: true, prefix: true },
  });
  await transaction.apiKey.update({
    where: { id: keyId, tenantId },
    data: {
      prefix,
      secretHash: bytesOf(secretHash),
      previousSecretHash: graceEndsAt === null ? null : old.secretHash,
      previousSecretExpiresAt: graceEndsAt,
      previousPrefix: old.prefix,
      rotatedAt: now,
      previousSecretCalls: 0,
      previousSecretUsedAt: null,
      version: { increment: 1 },
    },
  });
}

/** Whether any key, of any tenant, has or lately had this secret. */
export async function isSecretTaken(transaction: Prisma.TransactionClient, secretHash: Buffer): Promise<boolean> {
  const hash = bytesOf(secretHash);
  return (await transaction.apiKey.count({ where: { OR: [{ secretHash: hash }, { previousSecretHash: hash }] } })) > 0;
}

function keyOf(row: KeyRow, now: Date): ApiKey {
  const inGrace = row.previousSecretExpiresAt !== null && row.previousSecretExpiresAt > now;
  return {
    id: row.id,
    tenantId: row.tenantId,
    name: row.name,
    prefix: row.prefix,
    kind: row.kind,
    state: row.revokedAt !== null ? "revoked" : row.expiresAt !== null && row.expiresAt <= now ? "expired" : "active",
    dailyRequestLimit: toAmount(row.dailyRequestLimit),
    monthlyRequestLimit: toAmount(row.monthlyRequestLimit),
    dailyTokenLimit: toAmount(row.dailyTokenLimit),
    monthlyTokenLimit: toAmount(row.monthlyTokenLimit),
    requestsPerMinute: row.requestsPerMinute,
    concurrency: row.concurrency,
    allowedModels: row.allowedModels,
    quotaStatus: row.quotaStatus as 429 | 402,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokedBy: row.revokedBy,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    previousSecretExpiresAt: inGrace ? (row.previousSecretExpiresAt?.toISOString() ?? null) : null,
    previousSecret: previousSecretOf(row),
    createdAt: row.createdAt.toISOString(),
  };
}

function previousSecretOf(row: KeyRow): PreviousSecret | null {
  const { previousPrefix, rotatedAt, previousSecretExpiresAt } = row;
  if (previousPrefix === null || rotatedAt === null || previousSecretExpiresAt === null) return null;
  return {
    prefix: previousPrefix,
    replacedAt: rotatedAt.toISOString(),
    expiresAt: previousSecretExpiresAt.toISOString(),
    calls: row.previousSecretCalls,
    lastUsedAt: row.previousSecretUsedAt?.toISOString() ?? null,
  };
}

/** Prisma takes bytes of an ArrayBuffer of their own, which Node's pooled buffers do not have. */
function bytesOf(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}
