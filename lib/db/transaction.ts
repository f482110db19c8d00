import { type Prisma, prisma } from "./client";

/** One transaction of the console, in which a change and its audit event are made together. */
export type Transaction = Prisma.TransactionClient;

export function inTransaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return prisma().$transaction(work);
}
