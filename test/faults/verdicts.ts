/** What a run claims, what was asked for, and what was seen. */
export interface Verdict {
  readonly claim: string;
  readonly asked: string;
  readonly seen: string;
  readonly holds: boolean;
}

/**
 * Nothing of a kind was seen in `of` cases. None in n says no more than that there are, with 95 % confidence, fewer than 3 in n
 * (the rule of three); so that is said as well. Where there was no case at all, nothing was shown.
 */
export function never(
  claim: string,
  seen: number,
  of: { readonly n: number; readonly what: string },
): Verdict {
  const { n, what } = of;
  const bound = seen === 0 && n > 0 ? ` (at most ${percent(3 / n)})` : "";
  return {
    claim,
    asked: "0",
    seen: `${count(seen)} of ${count(n)} ${what}${bound}`,
    holds: seen === 0 && n > 0,
  };
}

/** A quantity with its unit, such as `ms`. */
export function atMost(claim: string, seen: number, bound: number, unit: string): Verdict {
  return { claim, asked: `<= ${count(bound)} ${unit}`, seen: `${count(seen)} ${unit}`, holds: seen <= bound };
}

/** Guards against a run that shows nothing, since little happened in it. */
export function atLeast(claim: string, seen: number, bound: number, unit: string): Verdict {
  return { claim, asked: `>= ${count(bound)} ${unit}`, seen: `${count(seen)} ${unit}`, holds: seen >= bound };
}

/** Each of so many did. */
export function all(claim: string, seen: number, of: { readonly n: number; readonly what: string }): Verdict {
  const { n, what } = of;
  const holds = seen === n && n > 0;
  return { claim, asked: "all", seen: `${count(seen)} of ${count(n)} ${what}`, holds };
}

/** The value at a quantile, by nearest rank; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)} %`;
}
