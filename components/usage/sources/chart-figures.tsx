import type { BucketSize } from "@/lib/usage/schema";
import { bucketName } from "./bucket-label";
import type { ChartPart } from "./chart-parts";

type ChartFiguresProps = {
  title: string;
  parts: ChartPart[];
  bucketStarts: string[];
  bucket: BucketSize;
  timeZone: string;
  format: (amount: number) => { full: string };
};

/** What the chart shows, as a table for those who do not see it. */
export function ChartFigures({ title, parts, bucketStarts, bucket, timeZone, format }: ChartFiguresProps) {
  return (
    <div className="sr-only">
      <table>
        <caption>{title} over time</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {parts.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bucketStarts.map((start, place) => (
            <tr key={start}>
              <th scope="row">{bucketName(start, bucket, timeZone)}</th>
              {parts.map(({ id, amounts }) => (
                <td key={id}>{format(amounts[place] ?? 0).full}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
