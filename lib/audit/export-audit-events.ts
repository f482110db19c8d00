import type { AuditEvent, AuditFilter } from "./schema";
import { listEvents } from "./store";

const pageSize = 500;

export const auditColumns = [
  "id",
  "at",
  "actorId",
  "actorName",
  "action",
  "target",
  "targetName",
  "tenantId",
  "tenantName",
  "before",
  "after",
] as const;

type AuditRow = Record<(typeof auditColumns)[number], string | null>;

/** Every event that matches, newest first, what changed as JSON; read page by page as the reader takes them. */
export async function* exportAuditEvents(filter: AuditFilter): AsyncGenerator<AuditRow> {
  let beforeId: string | undefined;
  do {
    const page = await listEvents({ ...filter, beforeId, limit: pageSize });
    for (const event of page) yield rowOf(event);
    beforeId = page.length === pageSize ? page.at(-1)?.id : undefined;
  } while (beforeId);
}

function rowOf({ tenantSlug: _, before, after, ...event }: AuditEvent): AuditRow {
  return { ...event, before: before && JSON.stringify(before), after: after && JSON.stringify(after) };
}
