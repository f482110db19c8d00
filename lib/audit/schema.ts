import { z } from "zod";
import { id, queryNumber, text } from "../http/fields";

/**
 * `target` is one thing (`tenant:0190…`, or its id alone) or every thing of a kind (`tenant`), `actor` an id or a name;
 * `search` is found anywhere in an event, or in the name of what it changed.
 */
const filter = {
  target: text.min(1).max(200).optional(),
  actor: text.min(1).max(200).optional(),
  tenantId: id.optional(),
  search: text.trim().max(200).optional(),
};

export const auditQuery = z.strictObject({
  ...filter,
  limit: queryNumber({ min: 1, max: 200 }).optional(),
  cursor: text.max(200).optional(),
});

export const exportAuditQuery = z.strictObject(filter);

export type AuditFilter = z.output<typeof exportAuditQuery>;

/** Who changed what. `before` is null for what was made, `after` for what was removed; neither ever holds a secret. */
export type AuditEvent = {
  id: string;
  at: string;
  /** Null for scripts with the admin token. */
  actorId: string | null;
  actorName: string;
  /** `tenant.updated`, `key.revoked`, … */
  action: string;
  /** `tenant:0190…` */
  target: string;
  /** As it is called now, or was when it was removed; null for what has no name. */
  targetName: string | null;
  tenantId: string | null;
  tenantName: string | null;
  tenantSlug: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
};

/** `GET /api/admin/audit`, newest first. */
export type AuditEventList = { items: AuditEvent[]; nextCursor: string | null };
