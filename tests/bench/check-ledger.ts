import pg from "pg";
import { auditLedger } from "@/lib/metering/audit-ledger";

/** `recorded` are the settled calls; `open` must be none, and `drifts` are places where counters or roll-ups say something else. */
export type LedgerCheck = { recorded: number; open: number; failed: number; tokens: number; drifts: string[] };

export async function checkLedger(databaseUrl: string): Promise<LedgerCheck> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  try {
    const { rows } = await pool.query<Omit<LedgerCheck, "drifts">>(
      `select count(*) filter (where state = 'settled')::int as recorded, count(*) filter (where state = 'admitted')::int as open,
        count(*) filter (where state not in ('settled', 'admitted'))::int as failed, coalesce(sum(total_tokens), 0)::float8 as tokens
       from usage_record`,
    );
    const { drifts } = await auditLedger(pool);
    return {
      ...(rows[0] as Omit<LedgerCheck, "drifts">),
      drifts: drifts.map(({ what, where, recorded, ledger }) => `${what} ${where}: ${recorded}; ledger ${ledger}`),
    };
  } finally {
    await pool.end();
  }
}
