import { isTaken } from "../db/failures";
import { AppError } from "../errors";

/** Says what it means when a plan cannot be saved because another has its name. @throws AppError `conflict`. */
export async function naming<T>(saving: Promise<T>): Promise<T> {
  return await saving.catch((cause: unknown) => {
    if (!isTaken(cause)) throw cause;
    throw new AppError("conflict", "There is a plan of this name already.", { cause, fields: { name: "is taken" } });
  });
}
