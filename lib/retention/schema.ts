import { z } from "zod";
import { id, queryNumber } from "../http/fields";

const mostMonths = 1_200;
const rule = `must be a whole number of months from 1 to ${mostMonths}`;

/** How many whole months before the present one calls are kept; null for ever. */
export const retentionMonths = z
  .int({ error: rule })
  .min(1, { error: rule })
  .max(mostMonths, { error: rule })
  .nullable();

/** `PUT /api/admin/settings/retention/{tenantId}`: null is as the agency has it. */
export const tenantRetentionInput = z.strictObject({ months: retentionMonths });

/** `GET /api/admin/settings/retention/preview`: without `months` calls are kept for ever; with a client, of that client alone, and as long as the others'. */
export const previewQuery = z.strictObject({
  months: queryNumber({ min: 1, max: mostMonths }).optional(),
  tenantId: id.optional(),
});

/** A client whose calls are kept for another time than the others'. */
export type TenantRetention = { tenantId: string; tenantName: string; tenantSlug: string; months: number };

/** `GET /api/admin/settings/retention` */
export type Retention = {
  /** Of all clients that have none of their own; null for ever. */
  months: number | null;
  tenants: TenantRetention[];
};

/** What the next purge would take with it. */
export type RetentionPreview = { calls: number; tenants: number; oldestAt: string | null; before: string | null };
