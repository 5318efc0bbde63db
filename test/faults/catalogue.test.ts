import { expect, test } from "vitest";
import { rows, withoutRow } from "./catalogue.ts";

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `F${from + index}`);
const DUE = [...numbered(1, 25), ...numbered(28, 31), "F34"];

test("each fault that is due has a row, or a reason why it has none", () => {
  const covered = rows.flatMap(({ faults }) => faults);
  const listed = Object.keys(withoutRow);

  expect([...new Set([...covered, ...listed])].sort()).toEqual([...DUE].sort());
  expect(listed.filter((fault) => covered.includes(fault))).toEqual([]);
});
