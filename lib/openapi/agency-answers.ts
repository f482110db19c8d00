import { z } from "zod";
import type { AdminToken, AdminTokenList, AdminTokenWithSecret } from "../admin-tokens/schema";
import type { Settings } from "../agency/schema";
import type { AlertMails, TestMail } from "../alerts/schema";
import type { AuditEvent, AuditEventList } from "../audit/schema";
import type { Retention, RetentionPreview } from "../retention/schema";
import type { SearchResult } from "../search/schema";
import { count, instant, nextCursor, uuid } from "./answer-fields";

const settings = z.object({
  name: z.string(),
  timeZone: z.string(),
  currency: z.string(),
  disconnectPolicy: z.enum(["abort", "drain"]),
  drainSeconds: count,
  unpricedPolicy: z.enum(["refuse", "pass"]),
  retentionMonths: count.nullable().meta({ description: "Null: calls are kept for ever." }),
  refusalNote: z.string().nullable(),
  alertRecipients: z
    .array(z.string())
    .meta({ description: "Who is told by e-mail when a limit comes near or is used up; empty: nobody." }),
}) satisfies z.ZodType<Settings>;

const alertMails = z.object({
  canMail: z.boolean(),
  last: z
    .object({
      state: z.enum(["sending", "sent", "failed"]),
      triedAt: instant,
      limits: count.meta({ description: "Of how many limits it tells." }),
    })
    .nullable()
    .meta({ description: "Null: none was written yet." }),
}) satisfies z.ZodType<AlertMails>;

const testMail = z.object({ ok: z.boolean(), message: z.string() }) satisfies z.ZodType<TestMail>;

const retention = z.object({
  months: count.nullable(),
  tenants: z.array(z.object({ tenantId: uuid, tenantName: z.string(), tenantSlug: z.string(), months: count })),
}) satisfies z.ZodType<Retention>;

const retentionPreview = z.object({
  calls: count,
  tenants: count,
  oldestAt: instant.nullable(),
  before: instant.nullable(),
}) satisfies z.ZodType<RetentionPreview>;

const adminToken = z.object({
  id: uuid,
  name: z.string(),
  prefix: z.string(),
  scope: z.enum(["read", "write"]),
  createdBy: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
  revokedBy: z.string().nullable(),
}) satisfies z.ZodType<AdminToken>;

const fields = z.record(z.string(), z.unknown());

const auditEvent = z.object({
  id: uuid,
  at: instant,
  actorId: z.string().nullable(),
  actorName: z.string(),
  action: z.string(),
  target: z.string(),
  targetName: z.string().nullable(),
  tenantId: uuid.nullable(),
  tenantName: z.string().nullable(),
  tenantSlug: z.string().nullable(),
  before: fields.nullable(),
  after: fields.nullable(),
}) satisfies z.ZodType<AuditEvent>;

const searchResult = z.object({
  tenants: z.array(
    z.object({ id: uuid, name: z.string(), slug: z.string(), status: z.enum(["active", "suspended", "archived"]) }),
  ),
  keys: z.array(
    z.object({
      id: uuid,
      name: z.string(),
      prefix: z.string(),
      isRevoked: z.boolean(),
      tenantName: z.string(),
      tenantSlug: z.string(),
    }),
  ),
}) satisfies z.ZodType<SearchResult>;

export const agencyAnswers = {
  Settings: settings,
  AlertMails: alertMails,
  TestMail: testMail,
  Retention: retention,
  RetentionPreview: retentionPreview,
  AdminToken: adminToken,
  AdminTokenWithSecret: adminToken.extend({ secret: z.string() }) satisfies z.ZodType<AdminTokenWithSecret>,
  AdminTokenList: z.object({ items: z.array(adminToken) }) satisfies z.ZodType<AdminTokenList>,
  AuditEvent: auditEvent,
  AuditEventList: z.object({ items: z.array(auditEvent), nextCursor }) satisfies z.ZodType<AuditEventList>,
  SearchResult: searchResult,
};
