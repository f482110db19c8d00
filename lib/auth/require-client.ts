import { AppError } from "../errors";
import { findKeyBySecret, type KeyHolder } from "../keys/store";
import { findTenantBySlug } from "../tenants/store";
import { bearerOf } from "./bearer";
import { findHolder } from "./guesses";
import { requireSameOrigin } from "./same-origin";
import { findScript } from "./script";
import { findSignedInUser } from "./session";
import { listMemberships } from "./store";

/** Whose own usage is asked for. `keyId` is set where the holder of a key asks. */
export type OwnTenant = { tenantId: string; keyId: string | null };

/**
 * The tenant whose usage the caller may see as a client: their own, or the one whose key they hold, also when it is used
 * up. `?tenant=` names one of several by its slug, and any for staff.
 * @throws AppError `unauthenticated`; `not_found` for another's tenant; `invalid_request` where it is open which one is meant.
 */
export async function requireClient(request: Request, now: Date): Promise<OwnTenant> {
  const slug = new URL(request.url).searchParams.get("tenant");
  const authorization = request.headers.get("authorization");
  if (authorization === null) return await tenantOfUser(request, slug);

  const { headers } = request;
  const holder = await findHolder({ headers, authorization, now }, () => findScriptOrKey(authorization, now));
  if (holder === null) throw new AppError("unauthenticated", "This API key is not valid here.");
  return "role" in holder ? await anyTenant(slug) : tenantOfKey(holder, slug);
}

async function findScriptOrKey(authorization: string, now: Date) {
  const script = await findScript(authorization, now);
  if (script) return script;
  const secret = bearerOf(authorization);
  return secret?.startsWith("slc_") ? await findKeyBySecret(secret, now) : null;
}

async function tenantOfUser(request: Request, slug: string | null): Promise<OwnTenant> {
  const user = await findSignedInUser(request.headers);
  if (user === null) throw new AppError("unauthenticated", "Sign in, or send your API key as `Authorization: Bearer`.");
  requireSameOrigin(request);
  if (user.staffRole !== null && slug !== null) return await anyTenant(slug);

  const own = await listMemberships(user.id);
  const named = slug === null ? own : own.filter((tenant) => tenant.slug === slug);
  const [tenant, another] = named;
  if (tenant && !another) return { tenantId: tenant.id, keyId: null };
  if (another || user.staffRole !== null) throw unclearTenant();
  throw noSuchTenant();
}

function tenantOfKey({ tenantId, tenantSlug, keyId }: KeyHolder, slug: string | null): OwnTenant {
  if (slug !== null && slug !== tenantSlug) throw noSuchTenant();
  return { tenantId, keyId };
}

async function anyTenant(slug: string | null): Promise<OwnTenant> {
  if (slug === null) throw unclearTenant();
  const tenant = await findTenantBySlug(slug);
  if (tenant === null) throw noSuchTenant();
  return { tenantId: tenant.id, keyId: null };
}

function unclearTenant(): AppError {
  return new AppError("invalid_request", "Say which client is meant.", {
    fields: { tenant: "is required where there are several" },
  });
}

function noSuchTenant(): AppError {
  return new AppError("not_found", "There is no such client.");
}
