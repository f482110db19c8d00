import { z } from "zod";
import type { ApiKey, KeyAttempts, KeyList, KeyWithSecret } from "../keys/schema";
import { count, instant, limitAmount, uuid } from "./answer-fields";

const key = z.object({
  id: uuid,
  tenantId: uuid,
  name: z.string(),
  prefix: z.string(),
  kind: z.enum(["standard", "legacy"]),
  state: z.enum(["active", "expired", "revoked"]),
  dailyRequestLimit: limitAmount,
  monthlyRequestLimit: limitAmount,
  dailyTokenLimit: limitAmount,
  monthlyTokenLimit: limitAmount,
  requestsPerMinute: limitAmount,
  concurrency: limitAmount,
  allowedModels: z.array(z.string()),
  quotaStatus: z.literal([429, 402]),
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
  revokedBy: z.string().nullable(),
  lastUsedAt: instant.nullable(),
  previousSecretExpiresAt: instant.nullable(),
  previousSecret: z
    .object({
      prefix: z.string(),
      replacedAt: instant,
      expiresAt: instant,
      calls: count,
      lastUsedAt: instant.nullable(),
    })
    .nullable(),
  createdAt: instant,
}) satisfies z.ZodType<ApiKey>;

const keyAttempts = z.object({
  since: instant,
  lastAcceptedAt: instant.nullable(),
  refused: z.array(z.object({ reason: z.string(), attempts: count, lastAt: instant })),
}) satisfies z.ZodType<KeyAttempts>;

const keyWithSecret = key.extend({
  secret: z.string().meta({ description: "Told this once." }),
}) satisfies z.ZodType<KeyWithSecret>;

export const keyAnswers = {
  Key: key,
  KeyAttempts: keyAttempts,
  KeyWithSecret: keyWithSecret,
  KeyList: z.object({ items: z.array(key) }) satisfies z.ZodType<KeyList>,
};
