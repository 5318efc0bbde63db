import { describe, expect, test } from "vitest";
import type { FaultRow } from "./fault-row.ts";
import { isSeen, runRow, whyNotHere } from "./run-row.ts";

const RUN = { short: true, seed: 1, log: () => undefined };
const PATIENCE_MS = 240_000;

/** The short form of each row, as it ships and with its mistakes. */
export function testRows(rows: readonly FaultRow[]): void {
  describe.each(rows)("$name", (row) => {
    const excuse = whyNotHere(row);
    const planted = Object.entries(row.planted);

    test.skipIf(excuse !== undefined)(row.title, { timeout: PATIENCE_MS }, async () => {
      const { verdicts } = await runRow(row, { ...RUN, planted: new Set() });

      expect(verdicts.filter(({ holds }) => !holds)).toEqual([]);
    });

    test.skipIf(excuse !== undefined || planted.length === 0)(
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
