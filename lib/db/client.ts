import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "../env";
import { processSingleton } from "../process-singleton";
import { PrismaClient } from "./generated/client";

export type { Prisma } from "./generated/client";

/** A report must not hold a connection for ever: the console's statements end after this. */
const consoleStatementTimeoutMs = 15_000;

/** The console's connections. Admission has a connection of its own (`lib/metering`), so that no report can starve it. */
export function pool(): pg.Pool {
  return processSingleton("db.pool", () => {
    const created = new pg.Pool({
      connectionString: env().DATABASE_URL,
      max: 10,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 30_000,
      statement_timeout: consoleStatementTimeoutMs,
      application_name: "sluice-console",
    });
    // An idle connection that the server closes is replaced at the next query; without a listener it would end the process.
    created.on("error", () => {});
    return created;
  });
}

/** The one Prisma client of this process. */
export function prisma(): PrismaClient {
  return processSingleton("db.prisma", () => new PrismaClient({ adapter: new PrismaPg(pool()) }));
}

/** Ends the console's connections; at the end of the process. */
export async function closeDatabase(): Promise<void> {
  await prisma().$disconnect();
  await pool().end();
}
