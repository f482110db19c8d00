import { AppError } from "../errors";
import type { WebSession } from "../gateway/credentials";
import { requireClient } from "./require-client";
import { requireSameOrigin } from "./same-origin";
import { requireUser } from "./session";

/** Who plays, for which client, and whether they are staff, who see what a call costs. */
export type Player = { session: WebSession; isStaff: boolean };

/**
 * The signed-in user who asks in the playground, which uses up the client's limits: its own users, and staff who may change
 * things. `?tenant=` names the client. A session alone counts, and only on the agency's own pages.
 * @throws AppError `unauthenticated`, `forbidden`; `not_found` for another's client.
 */
export async function requirePlayer(request: Request, now: Date): Promise<Player> {
  const { id, name, staffRole } = await requireUser(request.headers);
  requireSameOrigin(request);
  if (staffRole === "viewer") throw new AppError("forbidden", "Your role (viewer) does not allow this.");
  const { tenantId } = await requireClient(request, now);
  return { session: { tenantId, user: { id, name } }, isStaff: staffRole !== null };
}
