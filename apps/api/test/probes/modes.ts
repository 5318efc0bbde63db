import type { Layers } from "./open-house.ts";
import type { Leak } from "./probe.ts";
import type { Probed } from "./run-probes.ts";

export interface Mode extends Layers {
  readonly name: string;
}

export const MODES: readonly Mode[] = [
  { name: "as it is", predicates: true, rowLevelSecurity: true },
  { name: "row-level security alone", predicates: false, rowLevelSecurity: true },
  { name: "the application alone", predicates: true, rowLevelSecurity: false },
];

/** Where the probes have to find something. */
export const NEITHER: Mode = { name: "neither", predicates: false, rowLevelSecurity: false };

const KINDS: readonly Leak["kind"][] = ["canary", "difference", "change"];

/** A line for each run. Of none found in n probes, the rate is with 95 % under 3/n. */
export function tableOf(runs: readonly (Pick<Probed, "probes" | "leaks"> & Pick<Mode, "name">)[]): string {
  const rows = runs.map(({ name, probes, leaks }) => [
    name,
    String(probes),
    String(leaks.length),
    ...KINDS.map((kind) => String(leaks.filter((leak) => leak.kind === kind).length)),
    leaks.length === 0 ? (3 / probes).toExponential(1) : "",
  ]);
  const lines = [["mode", "probes", "leaks", ...KINDS, "under"], ...rows];
  const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0))) ?? [];
  return lines.map((line) => line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")).join("\n");
}
