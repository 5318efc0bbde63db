/** One way in which something fails, brought about for real, and what has to hold while it lasts and after it. */
import type { History } from "./history.ts";
import type { Verdict } from "./verdicts.ts";

export interface FaultRow {
  /** As its file is called, and as `npm run faults -- <name>` asks for it. */
  readonly name: string;
  /** What of the catalogue it covers, e.g. `F1`. */
  readonly faults: readonly string[];
  /** What happens in it, in a line. */
  readonly title: string;
  /** What it can't do without: a Redis, or to be root on Linux, which may mount file systems. */
  readonly needs?: readonly ("redis" | "root")[];
  /** By name, mistakes that are put in for once: its checker has to see each, also where all are put in together. */
  readonly planted: Readonly<Record<string, PlantedBug>>;
  readonly run: (options: RunOptions) => Promise<RowReport>;
}

export interface PlantedBug {
  /** What is wrong, in a line. It stands in the test's own parts, never in a switch of what ships. */
  readonly what: string;
  /** The claims that do not hold with it, and hold with any other. At least one of them has to be seen broken. */
  readonly breaks: readonly string[];
}

export interface RunOptions {
  /** Some seconds, as part of `npm test`, instead of minutes. */
  readonly short: boolean;
  readonly seed: number;
  /** The names of the mistakes that are put in; none where what ships is tried. */
  readonly planted: ReadonlySet<string>;
  /** Shows how far it is. */
  readonly log: (line: string) => void;
  /** An empty folder of this run's own. */
  readonly folder: string;
  /** What happened, as it happened; checked once all is over. */
  readonly history: History;
  /** What is closed at the run's end, the last first, however it ends. */
  readonly closing: AsyncDisposableStack;
}

export interface RowReport {
  readonly verdicts: readonly Verdict[];
  /** What was measured and has no bound of its own. */
  readonly figures?: readonly Figure[];
}

export interface Figure {
  readonly name: string;
  readonly value: string;
}
