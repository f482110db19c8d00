import { z } from "zod";
import { queryNumber, text } from "../http/fields";

/** `target` is one thing (`tenant:0190…`) or every thing of a kind (`tenant`). */
export const auditQuery = z.strictObject({
  target: text.min(1).max(200).optional(),
  actor: text.min(1).max(200).optional(),
  limit: queryNumber({ min: 1, max: 200 }).optional(),
  cursor: text.max(200).optional(),
});

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
  tenantId: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
};

/** `GET /api/admin/audit`, newest first. */
export type AuditEventList = { items: AuditEvent[]; nextCursor: string | null };
