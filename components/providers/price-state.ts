export type PriceState = "past" | "current" | "to come";

/** By as much the time that a page shows may be behind: what holds, or ends, from its saving on is not yet to come. */
const clockLagMs = 30_000;

export function stateOfPrice(
  { validFrom, endsAt }: { validFrom: string; endsAt: string | null },
  now: Date,
): PriceState {
  const latest = new Date(now.getTime() + clockLagMs);
  if (endsAt !== null && new Date(endsAt) <= latest) return "past";
  return new Date(validFrom) > latest ? "to come" : "current";
}
