import type { AgingTable, MonthlyTable, SystemDatabase } from "@burgee/db";
import { agingOf, INTAKE_MS, monthlyOf, type Retention } from "./retention.ts";

export interface Swept {
  readonly table: AgingTable | MonthlyTable;
  readonly rows: number;
  /** Whole months, which went at once. */
  readonly months: number;
}

export interface SweepOptions {
  /** Asked between any two steps; false ends the sweep where it is. */
  readonly goOn: () => boolean | Promise<boolean>;
  /** In one statement. */
  readonly most?: number;
}

const MOST_ROWS = 1_000;

/**
 * Deletes what has been kept long enough, in small steps of which each is a transaction of its own. Safe to stop at any point, to
 * run twice and beside itself: what is gone is not found again.
 */
export async function sweepExpired(
  { system }: { readonly system: Pick<SystemDatabase, "eventIntake" | "retention"> },
  retention: Retention,
  { goOn, most = MOST_ROWS }: SweepOptions,
): Promise<readonly Swept[]> {
  const swept: Swept[] = [];
  await system.eventIntake.giveUp({ afterMs: INTAKE_MS });
  for (const [table, days] of agingOf(retention)) {
    const rows = await inSteps(goOn, most, () => system.retention.deleteOlder(table, { days, most }));
    swept.push({ table, rows, months: 0 });
  }
  for (const [table, months] of monthlyOf(retention)) {
    let dropped = 0;
    while ((await goOn()) && (await system.retention.dropMonth(table, months))) dropped++;
    const rows = await inSteps(goOn, most, () => system.retention.deleteMonths(table, { months, most }));
    swept.push({ table, rows, months: dropped });
  }
  return swept.filter(({ rows, months }) => rows + months > 0);
}

/** Until a step finds less than it might have. */
async function inSteps(
  goOn: SweepOptions["goOn"],
  most: number,
  step: () => Promise<number>,
): Promise<number> {
  let sum = 0;
  while (await goOn()) {
    const count = await step();
    sum += count;
    if (count < most) break;
  }
  return sum;
}
