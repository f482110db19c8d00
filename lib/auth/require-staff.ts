import { createHash, timingSafeEqual } from "node:crypto";
import { env } from "../env";
import { AppError } from "../errors";
import { requireSameOrigin } from "./same-origin";
import type { StaffRole } from "./schema";
import { findSignedInUser } from "./session";

/** Who acts: a user, or a script with the admin token (id null). The name is kept in the audit trail. */
export type Actor = { id: string | null; name: string; role: StaffRole };

const ranks: Record<StaffRole, number> = { viewer: 1, admin: 2, owner: 3 };

/** Reads: any member of the staff. @throws AppError `unauthenticated`, `forbidden`. */
export function requireViewer(request: Request): Promise<Actor> {
  return requireStaff(request, "viewer");
}

/** Changes of clients, plans, keys and providers. @throws AppError `unauthenticated`, `forbidden`. */
export function requireAdmin(request: Request): Promise<Actor> {
  return requireStaff(request, "admin");
}

/** Team and settings. @throws AppError `unauthenticated`, `forbidden`. */
export function requireOwner(request: Request): Promise<Actor> {
  return requireStaff(request, "owner");
}

async function requireStaff(request: Request, least: StaffRole): Promise<Actor> {
  const actor = await findActor(request);
  if (actor === null)
    throw new AppError("unauthenticated", "Sign in, or send the admin token as `Authorization: Bearer`.");
  if (actor.role === null) throw new AppError("forbidden", "Only the agency's staff may do this.");
  if (ranks[actor.role] < ranks[least])
    throw new AppError("forbidden", `Your role (${actor.role}) does not allow this.`);
  return { ...actor, role: actor.role };
}

/** A bearer token counts alone: whoever sends a wrong one is not asked for a session. */
async function findActor(request: Request): Promise<(Omit<Actor, "role"> & { role: StaffRole | null }) | null> {
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    return isAdminToken(bearerOf(authorization)) ? { id: null, name: "Admin token", role: "owner" } : null;
  }

  const user = await findSignedInUser(request.headers);
  if (user === null) return null;
  requireSameOrigin(request);
  return { id: user.id, name: user.name, role: user.staffRole };
}

/** The token of `Authorization: Bearer`; null for another scheme. */
export function bearerOf(authorization: string): string | null {
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? null;
}

export function isAdminToken(token: string | null): boolean {
  return isSameToken(token, env().SLUICE_ADMIN_TOKEN);
}

/** Compared by digests, which are of equal length, so that the time taken tells nothing. */
export function isSameToken(token: string | null, expected: string | undefined): boolean {
  return expected !== undefined && token !== null && timingSafeEqual(digest(token), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
