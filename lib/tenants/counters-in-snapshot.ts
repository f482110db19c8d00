import pg from "pg";
import type { Snapshot } from "../usage/snapshot";
import type { CounterRow } from "./store";

/** Amounts as Prisma reads them. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (type, format) => (type === pg.types.builtins.INT8 ? BigInt : pg.types.getTypeParser(type, format)),
};

/** What is counted for a tenant and its keys in the windows that run, in a snapshot that reports share. */
export async function listCountersIn(
  snapshot: Snapshot,
  { tenantId, now }: { tenantId: string; now: Date },
): Promise<CounterRow[]> {
  const { rows } = await snapshot.query<Record<string, unknown>>({
    text: "select * from quota_counter where tenant_id = $1 and month_starts_at <= $2 and month_ends_at > $2",
    values: [tenantId, now],
    types,
  });
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [camelCase(name), value])),
  ) as CounterRow[];
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
