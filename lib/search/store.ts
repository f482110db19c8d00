import { pool } from "../db/client";
import type { FoundKey, FoundTenant } from "./schema";

const shownAtMost = 8;

/** Clients by name or slug: those that begin with what is sought first, archived ones last. */
export async function findTenantsByName(sought: string): Promise<FoundTenant[]> {
  const { rows } = await pool().query<FoundTenant>(
    `select id, name, slug, case when archived_at is null then status::text else 'archived' end as status
     from (select *, strpos(plain_text(name), plain_text($1)) as place, strpos(slug, plain_text($1)) as in_slug from tenant) t
     where place > 0 or in_slug > 0
     order by archived_at is not null, place <> 1, name, id limit $2`,
    [sought, shownAtMost],
  );
  return rows;
}

/** Keys by name, or by the beginning of their secret: those that can be used first. Those of archived clients are over. */
export async function findKeysByName(sought: string): Promise<FoundKey[]> {
  const { rows } = await pool().query<FoundKey>(
    `select k.id, k.name, k.prefix, k.revoked_at is not null as "isRevoked", t.name as "tenantName", t.slug as "tenantSlug"
     from (select *, strpos(plain_text(name), plain_text($1)) as place from api_key) k
     join tenant t on t.id = k.tenant_id and t.archived_at is null
     where k.place > 0 or starts_with(k.prefix, $1)
     order by k.revoked_at is not null, k.place <> 1, k.name, t.name, k.id limit $2`,
    [sought, shownAtMost],
  );
  return rows;
}
