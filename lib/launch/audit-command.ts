import pg from "pg";
import { auditLedger } from "../metering/audit-ledger";
import { runCommand } from "./command";
import { withDatabase } from "./database";

/** `npm run audit:ledger`: whether counters and roll-ups say what the ledger says. Exits 1 where they drift apart. */
await runCommand((report) =>
  withDatabase(report, async (databaseUrl) => {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
    try {
      const { records, counters, rollups, drifts } = await auditLedger(pool);
      const scope = `${records} records, ${counters} counters, ${rollups} roll-ups`;
      if (drifts.length === 0) return `The ledger is clean: ${scope}.`;

      for (const { what, where, recorded, ledger } of drifts)
        report(`${what} ${where}: recorded ${recorded}; ledger ${ledger}`);
      process.exitCode = 1;
      return `${drifts.length} or more places drift from the ledger (${scope}).`;
    } finally {
      await pool.end();
    }
  }),
);
