import { changeAgency } from "../agency/change-agency";
import { isTaken } from "../db/failures";
import { AppError } from "../errors";

/** Changes providers, as everything of the agency is changed. @throws AppError `conflict` when the slug is taken. */
export async function changeProviders<T>(...[by, change]: Parameters<typeof changeAgency<T>>): Promise<T> {
  return await changeAgency(by, change).catch((cause: unknown) => {
    if (!isTaken(cause)) throw cause;
    throw new AppError("conflict", "There is a provider of this slug already.", {
      cause,
      fields: { slug: "is taken" },
    });
  });
}
