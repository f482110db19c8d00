import { z } from "zod";
import { name } from "../http/fields";

const scope = z.enum(["read", "write"], { error: "must be read or write" });

/** What a script may do with a token: `read`, or `write`, which is what an admin may: all but team, settings and tokens. */
export type AdminTokenScope = z.infer<typeof scope>;

export const createAdminTokenInput = z.strictObject({ name, scope });

export type CreateAdminTokenInput = z.input<typeof createAdminTokenInput>;

export type AdminToken = {
  id: string;
  name: string;
  /** The part that may be shown. */
  prefix: string;
  scope: AdminTokenScope;
  createdBy: string;
  createdAt: string;
  /** To the minute. */
  lastUsedAt: string | null;
  revokedAt: string | null;
  revokedBy: string | null;
};

/** The answer to making one: the only time that its secret is told. */
export type AdminTokenWithSecret = AdminToken & { secret: string };

/** `GET /api/admin/tokens`, newest first. */
export type AdminTokenList = { items: AdminToken[] };
