import { allSources, type UsageSource } from "./schema";

/** Staff see all; a client never sees what was used with legacy keys, and in reports the playground's use as one. */
export type Audience = "staff" | "client";

/** What calls cost the agency is not for clients, and whose they are they know. */
const staffColumns = new Set(["client", "tenantName", "costMicroUsd", "unpricedRequests"]);

/** The columns of a file for these readers. */
export function columnsFor<Column extends string>(audience: Audience, columns: readonly Column[]): Column[] {
  return columns.filter((column) => audience === "staff" || !staffColumns.has(column));
}

export const sourcesFor: Record<Audience, readonly UsageSource[]> = {
  staff: allSources,
  client: ["apikey", "web"],
};
