import fc from "fast-check";
import { expect, test } from "vitest";
import { contains } from "./contains.ts";

const ab = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 60 });
const repeated = fc.tuple(ab, fc.integer({ min: 1, max: 8 })).map(([text, times]) => text.repeat(times));

test("agrees with the runtime, for texts that repeat themselves", () => {
  fc.assert(
    fc.property(repeated, repeated, repeated, (before, part, after) => {
      expect(contains(before + part + after, part)).toBe(true);
      expect(contains(before, part)).toBe(before.includes(part));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["", "", true],
  ["a", "", true],
  ["", "a", false],
  ["x".repeat(50), "x".repeat(51), false],
  ["x".repeat(50), "x".repeat(50), true],
  ["aab".repeat(20), `${"aab".repeat(8)}aaa`, false],
])("finds in '%s' the part '%s': %s", (text, part, found) => {
  expect(contains(text, part)).toBe(found);
});
