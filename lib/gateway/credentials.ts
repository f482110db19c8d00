import { type CallerEntry, findTenantSnapshot, keyDirectory } from "../keys/directory";

/**
 * By what a call is authenticated, which alone decides its source: a key's secret (`apikey`, `legacy`), or the session of a
 * user in the playground (`web`).
 */
export type Credentials = { secret: string; session?: undefined } | { session: WebSession };

/** A signed-in user who may act for this client. */
export type WebSession = { tenantId: string; user: { id: string; name: string } };

/** Whose credentials these are, where that is known without asking the database. */
export function knownEntry(credentials: Credentials): CallerEntry | null {
  return credentials.session ? null : keyDirectory().known(credentials.secret);
}

/** Whose credentials these are; null when they are nobody's. */
export function findEntry(credentials: Credentials): Promise<CallerEntry | null> {
  return credentials.session ? readSession(credentials.session) : keyDirectory().find(credentials.secret);
}

/** The same read anew, unless what is known was read within the last moments and `olderThanMs` says that this is enough. */
export function reloadEntry(
  credentials: Credentials,
  { known, olderThanMs }: { known: CallerEntry | null; olderThanMs: number },
): Promise<CallerEntry | null> {
  if (!credentials.session) return keyDirectory().reload(credentials.secret, { olderThanMs });
  if (known && Date.now() - known.readAt < olderThanMs) return Promise.resolve(known);
  return readSession(credentials.session);
}

async function readSession({ tenantId, user }: WebSession): Promise<CallerEntry | null> {
  const readAt = Date.now();
  const tenant = await findTenantSnapshot(tenantId);
  return tenant && { tenant, key: null, user, readAt };
}
