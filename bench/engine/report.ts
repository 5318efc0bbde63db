/** One thing asked of the engine, and what this run gave. */
export interface Demand {
  readonly what: string;
  readonly asked: string;
  readonly got: string;
  readonly isMet: boolean;
}

type Figures = ReadonlyMap<string, number>;

/** Every side with its figure and how many times ours that is. */
export function printFigures(title: string, figures: Figures, unit: string, digits = 1): void {
  console.log(`\n${title}`);
  const ours = figures.get("burgee") ?? Number.NaN;
  for (const [name, figure] of figures) {
    const ratio = name === "burgee" ? "" : `${(figure / ours).toFixed(2)} x burgee's`;
    console.log(
      `  ${name.padEnd(34)} ${figure.toFixed(digits).padStart(10)} ${unit.padEnd(9)} ${ratio.padStart(20)}`,
    );
  }
}

export function printDemands(demands: readonly Demand[]): void {
  console.log("\nAsked and got");
  for (const { what, asked, got, isMet } of demands) {
    console.log(`  ${isMet ? "✓" : "✗"} ${what.padEnd(58)} ${asked.padStart(12)} ${got.padStart(12)}`);
  }
}

/** At most so many times the figure of `yardstick`. */
export function atMost(what: string, times: number, figures: Figures, yardstick: string): Demand {
  const got = of(figures, "burgee") / of(figures, yardstick);
  return { what, asked: `<= ${times} x`, got: `${got.toFixed(2)} x`, isMet: got <= times };
}

/** The least figure of `peers` is at least so many times ours. */
export function fasterThan(what: string, times: number, figures: Figures, peers: readonly string[]): Demand {
  const [fastest = ""] = [...peers].sort((left, right) => of(figures, left) - of(figures, right));
  const got = of(figures, fastest) / of(figures, "burgee");
  return {
    what: `${what} (${fastest})`,
    asked: `>= ${times} x`,
    got: `${got.toFixed(2)} x`,
    isMet: got >= times,
  };
}

function of(figures: Figures, name: string): number {
  return figures.get(name) ?? Number.NaN;
}
