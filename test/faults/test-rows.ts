import { describe, expect, test } from "vitest";
import type { FaultRow } from "./fault-row.ts";
import { isSeen, runRow, whyNotHere } from "./run-row.ts";

const RUN = { short: true, seed: 1, log: () => undefined };
const PATIENCE_MS = 240_000;
const DAY_MS = 86_400_000;
const PLANTED_EVERY = 3;

/** The short form of each row as it ships, and of every third one with its mistakes: of the others on the next two days. `npm run faults -- --short` has all of both. */
export function testRows(rows: readonly FaultRow[]): void {
  const today = Math.floor(Date.now() / DAY_MS);
  const numbered = rows.map((row, index) => ({
    name: row.name,
    row,
    isOfAnotherDay: (today + index) % PLANTED_EVERY !== 0,
  }));
  describe.each(numbered)("$name", ({ row, isOfAnotherDay }) => {
    const excuse = whyNotHere(row);
    const planted = Object.entries(row.planted);

    test.skipIf(excuse !== undefined)(row.title, { timeout: PATIENCE_MS }, async () => {
      const { verdicts } = await runRow(row, { ...RUN, planted: new Set() });

      expect(verdicts.filter(({ holds }) => !holds)).toEqual([]);
    });

    test.skipIf(excuse !== undefined || planted.length === 0 || isOfAnotherDay)(
      "sees each mistake that is planted",
      { timeout: PATIENCE_MS },
      async () => {
        const report = await runRow(row, { ...RUN, planted: new Set(Object.keys(row.planted)) });

        const unseen = Object.keys(row.planted).filter((bug) => !isSeen(row, bug, report));
        expect(unseen, JSON.stringify(report.verdicts)).toEqual([]);
      },
    );

    test("each mistake breaks claims of its own", () => {
      const broken = planted.flatMap(([, { breaks }]) => breaks);

      expect(broken.length).toBe(new Set(broken).size);
    });
  });
}
