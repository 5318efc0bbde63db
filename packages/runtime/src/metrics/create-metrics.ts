import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { TalliedHistogram } from "./tallied-histogram.ts";

/** Every name carries the product and, at its end, the unit. */
export type MetricName = `burgee_${string}`;

export interface MetricOptions<Label extends string> {
  readonly name: MetricName;
  readonly help: string;
  /** Bounded sets only: never a tenant, a toggle, a user or a key. */
  readonly labels?: readonly Label[];
}

/** One process's metrics, apart from those of any other in the same memory. */
export interface Metrics {
  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label>;
  /** @param options `read` is asked for the value each time that the metrics are. */
  gauge<Label extends string = never>(
    options: MetricOptions<Label> & { readonly read?: () => number },
  ): Gauge<Label>;
  /**
   * A counter by one label, raised by what is answered. To raise it costs next to nothing: it is brought up to date when the
   * metrics are asked for.
   */
  tally(options: Omit<MetricOptions<never>, "labels"> & { readonly label: string }): (value: string) => void;
  /** For what is observed with each request. */
  histogram(
    options: Omit<MetricOptions<never>, "labels"> & { readonly buckets: readonly number[] },
  ): TalliedHistogram;
  /** The Content-Type of `expose`. */
  readonly contentType: string;
  /** The whole, in Prometheus's text format. */
  expose(): Promise<string>;
}

const UNBOUNDED_LABEL = /tenant|toggle|user|key|environment|project/i;

/** @param build what `burgee_build_info` says of this process. */
export function createMetrics(build: { readonly service: string; readonly version: string }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "burgee_" });

  const metrics: Metrics = {
    counter: (options) => new Counter(configurationOf(registry, options)),
    gauge: ({ read, ...options }) =>
      new Gauge({
        ...configurationOf(registry, options),
        ...(read && {
          collect() {
            this.set(read());
          },
        }),
      }),
    tally: ({ label, ...options }) => {
      const waiting = new Map<string, number>();
      new Counter({
        ...configurationOf(registry, { ...options, labels: [label] }),
        collect() {
          for (const [value, count] of waiting) this.inc({ [label]: value }, count);
          waiting.clear();
        },
      });
      return (value) => waiting.set(value, (waiting.get(value) ?? 0) + 1);
    },
    histogram: (options) => new TalliedHistogram(registry, options),
    contentType: registry.contentType,
    expose: () => registry.metrics(),
  };
  metrics
    .gauge({
      name: "burgee_build_info",
      help: "Always 1; the labels say what runs.",
      labels: ["service", "version", "node"],
    })
    .set({ service: build.service, version: build.version, node: process.version }, 1);
  return metrics;
}

/** @throws {TypeError} for a label whose values nobody can count: each would be a series of its own. */
function configurationOf<Label extends string>(
  registry: Registry,
  { name, help, labels = [] }: MetricOptions<Label>,
) {
  const unbounded = labels.find((label) => UNBOUNDED_LABEL.test(label));
  if (unbounded)
    throw new TypeError(`${name} can't have the label ${unbounded}: its values are without bound.`);
  return { name, help, labelNames: labels, registers: [registry] };
}
