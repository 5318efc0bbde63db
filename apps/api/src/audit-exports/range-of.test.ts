import { expect, test } from "vitest";
import { rangeOf } from "./range-of.ts";

test.each([
  ["bytes=0-", { start: 0, end: 99 }],
  ["bytes=10-19", { start: 10, end: 19 }],
  ["bytes=10-10000", { start: 10, end: 99 }],
  ["bytes=99-", { start: 99, end: 99 }],
  ["bytes=100-", undefined],
  ["bytes=20-10", undefined],
  ["bytes=-10", undefined],
  ["bytes=0-1,5-6", undefined],
  ["entries=0-1", undefined],
  ["", undefined],
  [undefined, undefined],
])("of a hundred bytes %s is %o", (header, range) => {
  expect(rangeOf(header, 100)).toEqual(range);
});
