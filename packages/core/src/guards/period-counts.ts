/** What was counted of one guard since a step was applied. */
import type { Arm } from "./arms.ts";
import type { Counted } from "./statistics/evidence-above.ts";
import type { Histogram } from "./statistics/quantile-bounds.ts";

export interface ArmCounts {
  /** Users who came to where the toggle decides, or of whom a value was told. */
  readonly users: number;
  /** Those of them who are counted: who had an error, whose value is above what it may be. */
  readonly hits: number;
  readonly values: Histogram;
  /** When the last of them was seen first. */
  readonly lastAt: Date | null;
}

export type PeriodCounts = Readonly<Record<Arm, ArmCounts>>;

export const NOBODY: ArmCounts = { users: 0, hits: 0, values: new Map(), lastAt: null };

/** Everybody who has what is rolled out. */
export function treatedIn({ treatment, rest }: PeriodCounts): ArmCounts {
  const values = new Map(treatment.values);
  for (const [valueClass, count] of rest.values)
    values.set(valueClass, (values.get(valueClass) ?? 0) + count);
  return {
    users: treatment.users + rest.users,
    hits: treatment.hits + rest.hits,
    values,
    lastAt:
      treatment.lastAt && rest.lastAt && rest.lastAt > treatment.lastAt
        ? rest.lastAt
        : (treatment.lastAt ?? rest.lastAt),
  };
}

export function counted({ users, hits }: ArmCounts): Counted {
  return { hits, of: users };
}
