import { type Prisma, prisma } from "./client";

/** One transaction of the console, in which a change and its audit event are made together. */
export type Transaction = Prisma.TransactionClient;

export function inTransaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return prisma().$transaction(work);
}

/**
 * From when on something holds that is to hold at once: admission goes by the database's clock, the console by its own, and to
 * neither may it lie ahead.
 */
export async function atOnce(transaction: Transaction, now: Date): Promise<Date> {
  const [row] = await transaction.$queryRaw<{ at: Date }[]>`
    select least(${now}, date_trunc('milliseconds', clock_timestamp())) as at`;
  return row?.at ?? now;
}
