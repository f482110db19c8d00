import { countOf, formatCompact, formatCost, formatExact, formatExactCost } from "./format-amount";
import { HoverDetail } from "./hover-detail";

/** `1.2 M`, with `1,203,441 tokens` on hover. Null is a dash which says why there is no number. */
export function Amount({ value, unit, missing }: { value: number | null; unit?: string; missing?: string }) {
  if (value === null) return <Missing reason={missing ?? "Not known"} />;

  const compact = formatCompact(value);
  const full = formatExact(value);
  if (compact === full) return <span className="whitespace-nowrap">{full}</span>;
  return <HoverDetail detail={unit ? `${full} ${unit}` : full}>{compact}</HoverDetail>;
}

type CostProps = {
  microUnits: number | null;
  currency: string;
  /** How many requests have no price and are not in it. */
  unpriced?: number;
};

/** Money from micro-units, rounded to cents, with all decimals on hover. Null means that the model has no price. */
export function Cost({ microUnits, currency, unpriced = 0 }: CostProps) {
  if (microUnits === null) return <Missing reason="Unpriced: no price is known for this model" />;
  const exact = formatExactCost(microUnits, currency);
  if (unpriced === 0) return <HoverDetail detail={exact}>{formatCost(microUnits, currency)}</HoverDetail>;
  return (
    <HoverDetail detail={`${exact}, and ${countOf(unpriced, "request")} without a price`}>
      {formatCost(microUnits, currency)} <span aria-hidden="true">+</span>
      <span className="sr-only">and unpriced calls</span>
    </HoverDetail>
  );
}

/** The dash for what is not there, with the reason. */
export function Missing({ reason }: { reason: string }) {
  return (
    <HoverDetail detail={reason}>
      <span aria-hidden="true">–</span>
      <span className="sr-only">{reason}</span>
    </HoverDetail>
  );
}
