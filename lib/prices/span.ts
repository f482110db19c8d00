import { AppError } from "../errors";

type Dated<Instant> = { modelPattern: string; validFrom: Instant; validTo: Instant | null };

/** When a price stops to count: at its own end, or when a later one of the same pattern begins. Null: it goes on. */
export function endOfPrice<Instant extends Date | string>(
  price: Dated<Instant>,
  all: readonly Dated<Instant>[],
): Instant | null {
  return all
    .filter(({ modelPattern, validFrom }) => modelPattern === price.modelPattern && validFrom > price.validFrom)
    .map(({ validFrom }) => validFrom)
    .reduce((first, next) => (first === null || next < first ? next : first), price.validTo);
}

/** @throws AppError `invalid_request`. */
export function refuseEmptySpan({ validFrom, validTo }: { validFrom: Date; validTo: Date | null }): void {
  if (validTo === null || validTo > validFrom) return;
  throw new AppError("invalid_request", "A price cannot end before it begins.", {
    fields: { validTo: "must be after its beginning" },
  });
}
