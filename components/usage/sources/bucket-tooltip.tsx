import type { TooltipContentProps } from "recharts";
import type { BucketSize } from "@/lib/usage/schema";
import { bucketName } from "./bucket-label";
import type { ChartPart } from "./chart-parts";
import type { FormatAmount } from "./measure";

const shownInTooltip = 10;

type BucketTooltipProps = TooltipContentProps & {
  parts: ChartPart[];
  points: { start: string; amounts: number[] }[];
  bucket: BucketSize;
  timeZone: string;
  format: FormatAmount;
};

/** What was used in one bucket, most first. */
export function BucketTooltip({ active, label, parts, points, bucket, timeZone, format }: BucketTooltipProps) {
  const point = points.find(({ start }) => start === label);
  if (!active || !point) return null;

  const used = parts
    .map((part, place) => ({ ...part, amount: point.amounts[place] as number }))
    .filter(({ amount }) => amount !== 0)
    .toReversed();
  const total = point.amounts.reduce((sum, amount) => sum + amount, 0);

  return (
    <div className="max-w-72 rounded-inner bg-raised px-3 py-2 text-caption shadow-float">
      <p className="mb-1 flex justify-between gap-6 font-medium">
        <span>{bucketName(point.start, bucket, timeZone)}</span>
        <span>{format(total).full}</span>
      </p>
      {used.slice(0, shownInTooltip).map(({ id, name, color, isDimmed, amount }) => (
        <p key={id} className={isDimmed ? "flex items-center gap-2 text-muted" : "flex items-center gap-2"}>
          <span aria-hidden="true" className="size-2 shrink-0 rounded-[2px]" style={{ backgroundColor: color }} />
          <bdi className="min-w-0 grow truncate">{name}</bdi>
          <span>{format(amount).short}</span>
        </p>
      ))}
    </div>
  );
}
