import { z } from "zod";
import { id, instant, queryNumber, text } from "../http/fields";

const rule = "must be a whole number from -9007199254740991 to 9007199254740991";
const signed = z.int({ error: rule });

/** A correction of what was counted: at least one of the amounts, with a sign. Left out, it counts now. */
export const createAdjustmentInput = z
  .strictObject({
    apiKeyId: id.optional(),
    at: instant.optional(),
    requests: signed.default(0),
    tokens: signed.default(0),
    costMicroUsd: signed.default(0),
    reason: text.trim().min(3, { error: "must say why" }).max(500, { error: "must have at most 500 characters" }),
  })
  .refine(({ requests, tokens, costMicroUsd }) => requests !== 0 || tokens !== 0 || costMicroUsd !== 0, {
    error: "must not be zero, unless requests or costMicroUsd are not",
    path: ["tokens"],
  });

export type CreateAdjustmentInput = z.input<typeof createAdjustmentInput>;

export const adjustmentQuery = z.strictObject({
  limit: queryNumber({ min: 1, max: 200 }).optional(),
  cursor: text.max(200).optional(),
});

/** A signed correction of what a client, and if given one of its keys, has used. It is never edited, only followed. */
export type UsageAdjustment = {
  id: string;
  tenantId: string;
  apiKeyId: string | null;
  /** It counts in the day and month of this instant. */
  at: string;
  requests: number;
  tokens: number;
  costMicroUsd: number;
  reason: string;
  /** Null for scripts with the admin token. */
  authorId: string | null;
  authorName: string;
  createdAt: string;
};

/** `GET /api/admin/tenants/{id}/adjustments`, newest first. */
export type UsageAdjustmentList = { items: UsageAdjustment[]; nextCursor: string | null };
