import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "../env";
import { processSingleton } from "../process-singleton";
import { PrismaClient } from "./generated/client";

export type { Prisma } from "./generated/client";

/** A report must not hold a connection for ever: statements end after this. */
const statementTimeoutMs = 15_000;
/** After this its connection is given up: something on the way has forgotten it, and nothing more would be heard. */
const silenceMs = statementTimeoutMs + 2_000;

/**
 * The console's connections. Calls have their own, so that no report can starve them: one for admission (`lib/metering`),
 * and `callPool` for what must be known of a call before it.
 */
export function pool(): pg.Pool {
  return processSingleton("db.pool", () => createPool({ max: 10, application_name: "sluice-console" }));
}

/** For keys and providers that are not known yet, or have changed, and for the heartbeat. */
export function callPool(): pg.Pool {
  return processSingleton("db.call-pool", () => createPool({ max: 3, application_name: "sluice-calls" }));
}

function createPool(own: { max: number; application_name: string }): pg.Pool {
  const created = new pg.Pool({
    connectionString: env().DATABASE_URL,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    query_timeout: silenceMs,
    ...own,
  });
  // An idle connection that the server closes is replaced at the next query; without a listener it would end the process.
  created.on("error", () => {});
  return created;
}

/** On a busy machine a transaction waits for a connection, and then for its statements, as long as one statement may. */
const transactionOptions = { maxWait: statementTimeoutMs, timeout: statementTimeoutMs };

/** The one Prisma client of this process. */
export function prisma(): PrismaClient {
  return processSingleton("db.prisma", () => new PrismaClient({ adapter: new PrismaPg(pool()), transactionOptions }));
}

/** Ends all connections; at the end of the process. */
export async function closeDatabase(): Promise<void> {
  await prisma().$disconnect();
  await Promise.all([pool().end(), callPool().end()]);
}
