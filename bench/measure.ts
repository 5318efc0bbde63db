/** Interleaved rounds, so that a machine whose speed drifts slows both sides alike; medians, so that a hiccup is none. */

export interface Row {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

export interface Sides {
  readonly ours: number;
  readonly bare: number;
}

/** The median seconds of each side, measured in turns: ours, bare, ours, bare … */
export async function inTurns(
  rounds: number,
  ours: () => Promise<number> | number,
  bare: () => Promise<number> | number,
): Promise<Sides> {
  const ourTimes: number[] = [];
  const bareTimes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ourTimes.push(await ours());
    bareTimes.push(await bare());
  }
  return { ours: quantile(ourTimes, 0.5), bare: quantile(bareTimes, 0.5) };
}

/** Nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function line({ name, value, note }: Row): string {
  return `  ${name.padEnd(58)} ${value.padStart(12)}   ${note}`;
}

export function perSecond(rate: number): string {
  return rate >= 1e6 ? `${(rate / 1e6).toFixed(1)} M/s` : `${Math.round(rate / 1e3)} K/s`;
}
