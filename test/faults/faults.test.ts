import { describe, expect, test } from "vitest";
import { rows, withoutRow } from "./catalogue.ts";
import { isSeen, runRow, whyNotHere } from "./run-row.ts";

const RUN = { short: true, seed: 1, log: () => undefined };
const PATIENCE_MS = 240_000;
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `F${from + index}`);
const DUE = [...numbered(1, 25), ...numbered(28, 31), "F34"];

test("each fault that is due has a row, or a reason why it has none", () => {
  const covered = rows.flatMap(({ faults }) => faults);
  const listed = Object.keys(withoutRow);

  expect([...new Set([...covered, ...listed])].sort()).toEqual([...DUE].sort());
  expect(listed.filter((fault) => covered.includes(fault))).toEqual([]);
});

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
