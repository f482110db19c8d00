import type { SearchResult } from "./schema";
import { findKeysByName, findTenantsByName } from "./store";

/** The agency's clients and keys of this name. */
export async function searchAgency(sought: string): Promise<SearchResult> {
  const [tenants, keys] = await Promise.all([findTenantsByName(sought), findKeysByName(sought)]);
  return { tenants, keys };
}
