import { z } from "zod";
import { allowedModels, instant, limit, name, smallLimit } from "../http/fields";

const thirtyDaysSeconds = 30 * 24 * 60 * 60;
const graceRule = `must be a whole number of seconds from 0 to ${thirtyDaysSeconds}`;

const keyFields = z.strictObject({
  name,
  dailyRequestLimit: limit,
  monthlyRequestLimit: limit,
  dailyTokenLimit: limit,
  monthlyTokenLimit: limit,
  requestsPerMinute: smallLimit,
  concurrency: smallLimit,
  allowedModels,
  quotaStatus: z.literal([429, 402], { error: "must be 429 or 402" }),
  expiresAt: instant.nullable(),
});

/** A secret that a client's app already uses; the key is then of the kind `legacy`. */
const legacySecret = z
  .string({ error: "must be a text" })
  .min(20, { error: "must have 20 characters or more" })
  .max(512, { error: "must have at most 512 characters" })
  .regex(/^[\x21-\x7e]*$/, { error: "must consist of visible ASCII characters" })
  .refine((secret) => !secret.startsWith("slc_"), {
    error: "must not start with slc_, as the keys that Sluice makes do",
  });

/** Only the name is required; a limit that is left out is unlimited. */
export const createKeyInput = keyFields.extend({ secret: legacySecret }).partial().required({ name: true });

/** What is left out stays as it is; null makes a limit unlimited and takes an expiry back. */
export const updateKeyInput = keyFields.partial();

/** What a client's own manager says of a key: limits are the agency's to set. */
export const createOwnKeyInput = z.strictObject({ name });

/** How long the old secret stays valid beside the new one; left out: not at all. */
export const rotateKeyInput = z.strictObject({
  graceSeconds: z
    .int({ error: graceRule })
    .min(0, { error: graceRule })
    .max(thirtyDaysSeconds, { error: graceRule })
    .optional(),
});

export type CreateKeyInput = z.input<typeof createKeyInput>;
export type UpdateKeyInput = z.input<typeof updateKeyInput>;

/** A secret issued to a tenant's app. On every limit null is unlimited and 0 lets nothing pass. */
export type ApiKey = {
  id: string;
  tenantId: string;
  name: string;
  /** The part of the secret that may be shown. */
  prefix: string;
  kind: "standard" | "legacy";
  state: "active" | "expired" | "revoked";
  dailyRequestLimit: number | null;
  monthlyRequestLimit: number | null;
  dailyTokenLimit: number | null;
  monthlyTokenLimit: number | null;
  requestsPerMinute: number | null;
  /** Calls in flight at the same time. */
  concurrency: number | null;
  /** Names or patterns with `*`; empty allows every model that the plan allows. */
  allowedModels: string[];
  quotaStatus: 429 | 402;
  expiresAt: string | null;
  revokedAt: string | null;
  /** The name of whoever revoked it. */
  revokedBy: string | null;
  lastUsedAt: string | null;
  /** After a rotation: until when the old secret works too. Null when none does. */
  previousSecretExpiresAt: string | null;
  /** What is known of the secret that was replaced last, if it had a time of grace, also when that is over. */
  previousSecret: PreviousSecret | null;
  createdAt: string;
};

/** `calls` is how many were let through with it since it was replaced. */
export type PreviousSecret = {
  prefix: string;
  replacedAt: string;
  expiresAt: string;
  calls: number;
  lastUsedAt: string | null;
};

/** Why calls with a key were refused: by its own state, or by a limit (`tokens_day_tenant`) or another rule. */
export type RefusedAttempts = { reason: string; attempts: number; lastAt: string };

/** `GET /api/admin/tenants/{id}/keys/{keyId}/attempts`: what was tried in vain since it was revoked, or in the last 30 days. */
export type KeyAttempts = { since: string; lastAcceptedAt: string | null; refused: RefusedAttempts[] };

/** `GET /api/admin/tenants/{id}/keys` */
export type KeyList = { items: ApiKey[] };

/** Answer to creating or rotating a key: the only time that its secret is shown. */
export type KeyWithSecret = ApiKey & { secret: string };
