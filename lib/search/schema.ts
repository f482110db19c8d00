import { z } from "zod";
import { text } from "../http/fields";

/**
 * A part of a name, whatever its case and accents; of a key also the beginning of its secret that may be shown. Left out: the
 * first by name.
 */
export const searchQuery = z.strictObject({
  q: text.trim().max(100, { error: "must have at most 100 characters" }).optional(),
});

export type FoundTenant = { id: string; name: string; slug: string; status: "active" | "suspended" | "archived" };

export type FoundKey = {
  id: string;
  name: string;
  prefix: string;
  isRevoked: boolean;
  tenantName: string;
  tenantSlug: string;
};

/** `GET /api/admin/search`: the best few of each. */
export type SearchResult = { tenants: FoundTenant[]; keys: FoundKey[] };
