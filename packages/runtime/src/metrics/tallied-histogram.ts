import type { Metric, MetricValueWithName, Registry } from "prom-client";

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** By bound, each apart; those beyond the last bound come last. */
  readonly counts: number[];
  sum: number;
}

/**
 * A histogram whose series are found without making a text of their labels, which costs more than a small answer may: whoever
 * observes keeps the series. It is written out when the metrics are asked for, as any other histogram.
 */
export class TalliedHistogram {
  readonly #buckets: readonly number[];
  readonly #series: Series[] = [];

  constructor(
    registry: Registry,
    {
      name,
      help,
      buckets,
    }: { readonly name: string; readonly help: string; readonly buckets: readonly number[] },
  ) {
    this.#buckets = buckets;
    const described = { name, help, type: "histogram", aggregator: "sum" };
    const metric = {
      ...described,
      get: async () => ({
        ...described,
        values: this.#series.flatMap((series) => this.#valuesOf(name, series)),
      }),
      reset: () => {
        this.#series.length = 0;
      },
    };
    // A registry asks nothing else of a metric.
    registry.registerMetric(metric as unknown as Metric);
  }

  /** Answers what observes a value of the series. */
  series(labels: Readonly<Record<string, string>>): (value: number) => void {
    const series: Series = { labels, counts: new Array(this.#buckets.length + 1).fill(0), sum: 0 };
    this.#series.push(series);
    return (value) => {
      const at = this.#buckets.findIndex((bound) => value <= bound);
      const index = at === -1 ? this.#buckets.length : at;
      series.counts[index] = (series.counts[index] ?? 0) + 1;
      series.sum += value;
    };
  }

  #valuesOf(name: string, { labels, counts, sum }: Series): MetricValueWithName<string>[] {
    let count = 0;
    const values = [...this.#buckets, "+Inf"].map((le, at) => {
      count += counts[at] ?? 0;
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
    });
    return [
      ...values,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}
