import fc from "fast-check";
import { RE2JS } from "re2js";
import { expect, test } from "vitest";
import { patternSize } from "./pattern-size.ts";

test.each([
  ["", 0],
  ["abc", 3],
  ["a{10}", 10],
  ["a{2,10}b", 11],
  ["a{3,}", 3],
  ["a{0,}", 1],
  ["a{,3}", 5],
  ["((a{10}){10}){10}", 1_220],
  ["[a-z)(]{5}", 5],
  ["[]a(]{5}[^])]{2}", 7],
  ["[[:alpha:])]{5}", 5],
  ["\\pL{4}\\p{Greek}{4}\\x{41}{4}\\({4}", 16],
  ["(ab\\Q(\\E){10}", 90],
  ["(ab)(?i){10}", 41],
  ["(ab)+(?i){10}", 42],
])("counts the items of %s, written out: %i", (pattern, size) => {
  expect(patternSize(pattern)).toBe(size);
});

const atom = fc.constantFrom(
  ...["a", "é", ".", "\\d", "\\pL", "\\p{Greek}", "\\b", "\\(", "\\)", "\\x{41}", "(?i)", "{", "a{,3}"],
  ...["[a-z]", "[)]", "[^(]", "[]a(]", "[[:alpha:](]", "\\Q(\\E", "\\Q)x\\E", "\\Qab{9}\\E"],
);
const repetition = fc.oneof(
  fc.constantFrom("", "", "", "*", "+", "?"),
  fc.nat(11).map((count) => `{${count}}`),
  fc.tuple(fc.nat(3), fc.nat(11)).map(([least, more]) => `{${least},${least + more}}`),
);
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc
    .array(
      fc
        .tuple(
          fc.oneof(
            { maxDepth: 2 },
            atom,
            tie("pattern").map((inner) => `(${inner})`),
          ),
          repetition,
        )
        .map((parts) => parts.join("")),
      { minLength: 1, maxLength: 4 },
    )
    .map((parts) => parts.join("")),
}));

test("never counts much fewer items than the program that RE2 makes has instructions", () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.tuple(pattern, pattern, fc.boolean()), ([first, second, isEither]) => {
      const text = isEither ? `${first}|${second}` : `${first}${second}`;
      let instructions = 0;
      try {
        instructions = RE2JS.compile(text).programSize();
      } catch {
        return;
      }
      taken++;
      expect(instructions).toBeLessThanOrEqual(4 * (patternSize(text) + 3));
    }),
    { numRuns: 1_000 },
  );
  expect(taken).toBeGreaterThan(300);
}, 30_000);
