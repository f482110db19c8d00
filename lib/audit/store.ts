import { type Prisma, prisma } from "../db/client";
import type { AuditEvent } from "./schema";

export type Fields = Record<string, unknown>;

export type NewEvent = {
  actor: { id: string | null; name: string };
  now: Date;
  action: string;
  target: string;
  tenantId: string | null;
  /** Null for what was made. Never secrets. */
  before: Fields | null;
  /** Null for what was removed. Never secrets. */
  after: Fields | null;
};

/** Writes down who changed what, in the transaction that changes it. */
export async function recordEvent(
  transaction: Prisma.TransactionClient,
  { actor, now, action, target, tenantId, before, after }: NewEvent,
): Promise<void> {
  await transaction.auditEvent.create({
    data: {
      at: now,
      actorId: actor.id,
      actorName: actor.name,
      action,
      target,
      tenantId,
      ...(before && { before: before as Prisma.InputJsonObject }),
      ...(after && { after: after as Prisma.InputJsonObject }),
    },
  });
}

type Page = { target: string | undefined; actor: string | undefined; beforeId: string | undefined; limit: number };

/** Newest first: ids are UUIDs of version 7, which grow with time. `target` is one thing, or a kind of thing. */
export async function listEvents({ target, actor, beforeId, limit }: Page): Promise<AuditEvent[]> {
  const rows = await prisma().auditEvent.findMany({
    where: {
      target: target?.includes(":") ? target : { startsWith: target },
      OR: actor === undefined ? undefined : [{ actorId: actor }, { actorName: actor }],
      id: { lt: beforeId },
    },
    orderBy: { id: "desc" },
    take: limit,
  });
  return rows.map(({ at, before, after, ...event }) => ({
    ...event,
    at: at.toISOString(),
    before: before as Fields | null,
    after: after as Fields | null,
  }));
}
