import { resolve } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { importUsage } from "../import/import-usage";
import { findImportTenant } from "../import/store";
import { runCommand } from "./command";
import { withDatabase } from "./database";
import { LineError } from "./line-error";

const usage = "npm run usage:import -- --tenant SLUG [--zone Europe/Berlin] [--dry-run] FILE.csv";

/** `npm run usage:import`: brings use from before Sluice onto a client's ledger. Exits 1 where the file has mistakes. */
await runCommand((report) =>
  withDatabase(report, async (databaseUrl) => {
    const { values, positionals } = readArguments();
    const client = new pg.Client({ connectionString: databaseUrl, application_name: "sluice-import" });
    await client.connect();
    try {
      const tenant = await findImportTenant(client, { slug: values.tenant as string });
      if (tenant === null) throw new LineError(`There is no client ${values.tenant}.`);
      const { lines, calls, added, classified, problems, truncated } = await importUsage(client, {
        path: resolve(positionals[0] as string),
        tenant,
        zone: values.zone ?? null,
        dryRun: values["dry-run"] ?? false,
        now: new Date(),
        report: (progress) =>
          report(`${progress.lines} lines, ${progress.calls} calls, ${progress.added} of them new …`),
      });
      for (const { line, message } of problems) report(`Line ${line}: ${message}`);
      if (problems.length > 0) {
        process.exitCode = 1;
        return `Nothing was imported: ${problems.length}${truncated ? " or more" : ""} mistakes in ${lines} lines.`;
      }
      if (values["dry-run"]) return `All is well: ${lines} lines, ${calls} calls. Nothing was written.`;
      const others = classified > 0 ? ` ${classified} of earlier imports now belong to keys.` : "";
      return `${added} of ${calls} calls were added to ${tenant.slug}; the others were there already.${others}`;
    } finally {
      await client.end();
    }
  }),
);

function readArguments() {
  try {
    const parsed = parseArgs({
      options: { tenant: { type: "string" }, zone: { type: "string" }, "dry-run": { type: "boolean" } },
      allowPositionals: true,
    });
    if (parsed.values.tenant && parsed.positionals.length === 1) return parsed;
  } catch (cause) {
    throw new LineError(`${(cause as Error).message}\n${usage}`, { cause });
  }
  throw new LineError(usage);
}
