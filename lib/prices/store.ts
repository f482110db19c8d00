import { toAmount } from "../db/amounts";
import { type Prisma, prisma } from "../db/client";
import { isTaken } from "../db/failures";
import { AppError } from "../errors";
import type { ModelPrice } from "./schema";

/** What is entered of a price; what is undefined is left as it is. */
type PriceFields = Partial<Omit<ModelPrice, "id" | "providerId" | "validFrom" | "validTo" | "createdAt">> & {
  validFrom?: Date;
  validTo?: Date | null;
};
type PriceOfProvider = { providerId: string; priceId: string };

/** By pattern, of each the newest first. */
export async function listPrices(providerId: string): Promise<ModelPrice[]> {
  const rows = await prisma().modelPrice.findMany({
    where: { providerId },
    orderBy: [{ modelPattern: "asc" }, { validFrom: "desc" }],
  });
  return rows.map(priceOf);
}

/** @throws AppError `not_found` when the provider has no such price. */
export async function readPrice(
  transaction: Prisma.TransactionClient,
  { providerId, priceId }: PriceOfProvider,
): Promise<ModelPrice> {
  const row = await transaction.modelPrice.findFirst({ where: { id: priceId, providerId } });
  if (row === null) throw new AppError("not_found", "There is no such price.");
  return priceOf(row);
}

export async function insertPrice(
  transaction: Prisma.TransactionClient,
  fields: Omit<Prisma.ModelPriceUncheckedCreateInput, "id" | "createdAt">,
): Promise<ModelPrice> {
  return priceOf(await transaction.modelPrice.create({ data: fields }));
}

export async function savePrice(
  transaction: Prisma.TransactionClient,
  priceId: string,
  fields: PriceFields,
): Promise<ModelPrice> {
  return priceOf(await transaction.modelPrice.update({ where: { id: priceId }, data: fields }));
}

export async function deletePriceRow(transaction: Prisma.TransactionClient, priceId: string): Promise<void> {
  await transaction.modelPrice.delete({ where: { id: priceId } });
}

/** Says what it means when a price cannot be saved because there is one from that time on. @throws AppError `conflict`. */
export async function dating<T>(saving: Promise<T>): Promise<T> {
  return await saving.catch((cause: unknown) => {
    if (!isTaken(cause)) throw cause;
    throw new AppError("conflict", "There is a price for these models from this time on already.", {
      cause,
      fields: { validFrom: "is taken" },
    });
  });
}

function priceOf(row: Prisma.ModelPriceGetPayload<object>): ModelPrice {
  return {
    ...row,
    inputMicroUsd: toAmount(row.inputMicroUsd),
    cachedInputMicroUsd: toAmount(row.cachedInputMicroUsd),
    cacheWriteMicroUsd: toAmount(row.cacheWriteMicroUsd),
    outputMicroUsd: toAmount(row.outputMicroUsd),
    validFrom: row.validFrom.toISOString(),
    validTo: row.validTo?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
