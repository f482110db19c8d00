import { isAdminSecret } from "../admin-tokens/secret";
import { findAdminToken, saveLastUse } from "../admin-tokens/store";
import { env } from "../env";
import { bearerOf, isSameToken } from "./bearer";
import type { StaffRole } from "./schema";
import { hashToken } from "./token";

/** A script of the agency's own, by the token that it shows. */
export type Script = { id: string | null; name: string; role: StaffRole };

const roleOf = { read: "viewer", write: "admin" } as const;
const useIsSavedEveryMs = 60_000;

/** Whose `Authorization` this is: the installation's admin token acts as the owner, an issued one by its scope; else null. */
export async function findScript(authorization: string, now: Date): Promise<Script | null> {
  const bearer = bearerOf(authorization);
  if (isSameToken(bearer, env().SLUICE_ADMIN_TOKEN)) return { id: null, name: "Admin token", role: "owner" };
  if (bearer === null || !isAdminSecret(bearer)) return null;

  const token = await findAdminToken(hashToken(bearer));
  if (token === null) return null;
  if (token.lastUsedAt === null || now.getTime() - token.lastUsedAt.getTime() >= useIsSavedEveryMs)
    await saveLastUse(token.id, now);
  return { id: `token:${token.id}`, name: `Token ${token.name}`, role: roleOf[token.scope] };
}
