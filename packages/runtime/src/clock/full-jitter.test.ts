import { expect, test } from "vitest";
import { fullJitterMs } from "./full-jitter.ts";

const backoff = { baseMs: 100, capMs: 5_000 };

test.each([
  [0, 99],
  [1, 199],
  [5, 3_199],
  [6, 4_999],
  [1_000, 4_999],
])("waits at most %i's ceiling", (attempt, longest) => {
  expect(fullJitterMs(attempt, backoff, () => 0.999_999)).toBe(longest);
});

test("may not wait at all", () => {
  expect(fullJitterMs(7, backoff, () => 0)).toBe(0);
});
