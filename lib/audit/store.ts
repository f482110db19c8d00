import { type Prisma, prisma } from "../db/client";
import type { AuditEvent, AuditFilter } from "./schema";

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

type Page = AuditFilter & { beforeId: string | undefined; limit: number };

type EventRow = Omit<AuditEvent, "at"> & { at: Date };

/** Newest first: ids are UUIDs of version 7, which grow with time. */
export async function listEvents({ target, actor, tenantId, search, beforeId, limit }: Page): Promise<AuditEvent[]> {
  const kind = target === undefined ? null : `${literal(target)}:%`;
  const sought = search ? `%${literal(search)}%` : null;
  const rows = await prisma().$queryRaw<EventRow[]>`
    select e.id, e.at, e.actor_id as "actorId", e.actor_name as "actorName", e.action, e.target,
      e.tenant_id as "tenantId", t.name as "tenantName", t.slug as "tenantSlug", e.before, e.after,
      coalesce(
        case split_part(e.target, ':', 1)
          when 'tenant' then t.name
          when 'key' then (select name from api_key where id = split_part(e.target, ':', 2)::uuid)
          when 'plan' then (select name from plan where id = split_part(e.target, ':', 2)::uuid)
          when 'provider' then (select name from provider where id = split_part(e.target, ':', 2)::uuid)
          when 'user' then (select name from "user" where id = split_part(e.target, ':', 2)::uuid)
        end,
        e.after->>'name', e.before->>'name') as "targetName"
    from audit_event e left join tenant t on t.id = e.tenant_id
    where (${kind}::text is null or e.target = ${target} or e.target like ${kind}
        or split_part(e.target, ':', 2) = ${target})
      and (${actor}::text is null or e.actor_id = ${actor} or e.actor_name = ${actor})
      and (${tenantId}::uuid is null or e.tenant_id = ${tenantId}::uuid)
      and (${sought}::text is null
        or concat_ws(' ', e.action, e.actor_name, e.target, t.name, e.before, e.after) ilike ${sought}
        or e.target in (
          select 'key:' || id from api_key where name ilike ${sought}
          union all select 'plan:' || id from plan where name ilike ${sought}
          union all select 'provider:' || id from provider where name ilike ${sought}))
      and (${beforeId}::uuid is null or e.id < ${beforeId}::uuid)
    order by e.id desc
    limit ${limit}`;
  return rows.map(({ at, ...event }) => ({ ...event, at: at.toISOString() }));
}

/** Stands for itself in a pattern of `like`. */
function literal(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
