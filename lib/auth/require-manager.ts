import { AppError } from "../errors";
import type { Author } from "./require-staff";
import { requireSameOrigin } from "./same-origin";
import { requireUser } from "./session";
import { listMemberships } from "./store";

/**
 * The tenant that the signed-in user manages; `?tenant=` names one of several by its slug. No token or key will do:
 * those are no persons.
 * @throws AppError `unauthenticated`; `not_found` for another's tenant; `forbidden` for who is only a member;
 * `invalid_request` where it is open which one is meant.
 */
export async function requireManager(request: Request): Promise<{ tenantId: string; actor: Author }> {
  if (request.headers.has("authorization"))
    throw new AppError("unauthenticated", "Sign in: only a manager of the client may do this.");
  const { id, name } = await requireUser(request.headers);
  requireSameOrigin(request);

  const slug = new URL(request.url).searchParams.get("tenant");
  const [tenant, another] = (await listMemberships(id)).filter((each) => slug === null || each.slug === slug);
  if (!tenant) throw new AppError("not_found", "There is no such client.");
  if (another)
    throw new AppError("invalid_request", "Say which client is meant.", {
      fields: { tenant: "is required where there are several" },
    });
  if (tenant.role !== "manager") throw new AppError("forbidden", "Only a manager of this client may do this.");
  return { tenantId: tenant.id, actor: { id, name } };
}
