import type { Metric, Registry } from "prom-client";

/** prom-client renders what it is given at a scrape; counting with it takes several times what adding a number takes. */

type Sample = { value: number; labels: Record<string, string>; metricName?: string };

type Description = { registry: Registry; name: string; help: string; labelNames?: readonly string[] };

/** A number that only grows, by up to two labels. */
export class CounterSeries {
  private readonly counts = new ByLabels(() => ({ value: 0 }));

  constructor(private readonly description: Description) {
    register(description, "counter", () => this.samples());
  }

  add(amount: number, first = "", second = ""): void {
    this.counts.of(first, second).value += amount;
  }

  private samples(): Sample[] {
    return this.counts
      .entries()
      .map(([labelValues, { value }]) => ({ value, labels: labelsOf(this.description, labelValues) }));
  }
}

/** How values are spread over buckets, by up to one label. A value on a bound is in the bucket that ends there. */
export class HistogramSeries {
  private readonly spreads: ByLabels<{ counts: number[]; sum: number }>;

  constructor(
    private readonly description: Description,
    private readonly bounds: readonly number[],
  ) {
    this.spreads = new ByLabels(() => ({ counts: new Array(bounds.length + 1).fill(0), sum: 0 }));
    register(description, "histogram", () => this.samples());
  }

  observe(value: number, label = ""): void {
    const spread = this.spreads.of(label, "");
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket += 1;
    spread.counts[bucket] = (spread.counts[bucket] as number) + 1;
    spread.sum += value;
  }

  private samples(): Sample[] {
    const { name } = this.description;
    return this.spreads.entries().flatMap(([labelValues, { counts, sum }]) => {
      const labels = labelsOf(this.description, labelValues);
      let count = 0;
      const buckets = counts.map((inBucket, bucket) => {
        count += inBucket;
        const le = String(this.bounds[bucket] ?? "+Inf");
        return { value: count, labels: { le, ...labels }, metricName: `${name}_bucket` };
      });
      return [
        ...buckets,
        { value: sum, labels, metricName: `${name}_sum` },
        { value: count, labels, metricName: `${name}_count` },
      ];
    });
  }
}

function register({ registry, name, help }: Description, type: "counter" | "histogram", samples: () => Sample[]): void {
  const get = async () => ({ name, help, type, aggregator: "sum", values: samples() });
  registry.registerMetric({ name, get } as unknown as Metric);
}

function labelsOf({ labelNames = [] }: Description, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(labelNames.map((name, index) => [name, values[index] ?? ""]));
}

class ByLabels<Child> {
  private readonly rows = new Map<string, Map<string, Child>>();

  constructor(private readonly create: () => Child) {}

  of(first: string, second: string): Child {
    let row = this.rows.get(first);
    if (row === undefined) {
      row = new Map();
      this.rows.set(first, row);
    }
    let child = row.get(second);
    if (child === undefined) {
      child = this.create();
      row.set(second, child);
    }
    return child;
  }

  entries(): (readonly [labelValues: readonly string[], child: Child])[] {
    return [...this.rows].flatMap(([first, row]) =>
      [...row].map(([second, child]) => [[first, second], child] as const),
    );
  }
}
