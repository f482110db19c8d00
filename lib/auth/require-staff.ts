import { AppError } from "../errors";
import { findHolder } from "./guesses";
import { requireSameOrigin } from "./same-origin";
import type { StaffRole } from "./schema";
import { findScript } from "./script";
import { findSignedInUser } from "./session";

/** Who acts: a user, or a script with a token (id null for the admin token). The name is kept in the audit trail. */
export type Actor = Author & { role: StaffRole };

/** Whose name the audit trail keeps; also a manager among a client's own people. */
export type Author = { id: string | null; name: string };

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
    throw new AppError("unauthenticated", "Sign in, or send an admin token as `Authorization: Bearer`.");
  if (actor.role === null) throw new AppError("forbidden", "Only the agency's staff may do this.");
  if (ranks[actor.role] < ranks[least])
    throw new AppError("forbidden", `Your role (${actor.role}) does not allow this.`);
  return { ...actor, role: actor.role };
}

/** A bearer token counts alone: whoever sends a wrong one is not asked for a session. */
async function findActor(request: Request): Promise<(Omit<Actor, "role"> & { role: StaffRole | null }) | null> {
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const { headers } = request;
    const now = new Date();
    return await findHolder({ headers, authorization, now }, () => findScript(authorization, now));
  }

  const user = await findSignedInUser(request.headers);
  if (user === null) return null;
  requireSameOrigin(request);
  return { id: user.id, name: user.name, role: user.staffRole };
}
