import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance } from "./edit-distance.ts";

/** By its definition. */
function plainDistance(from: string, to: string): number {
  if (from === "" || to === "") return from.length + to.length;
  const [rest, other] = [from.slice(1), to.slice(1)];
  if (from.charAt(0) === to.charAt(0)) return plainDistance(rest, other);
  return 1 + Math.min(plainDistance(rest, other), plainDistance(rest, to), plainDistance(from, other));
}

const texts = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });

test("counts the letters between two texts, up to where they are too many", () => {
  fc.assert(
    fc.property(texts, texts, fc.integer({ min: 0, max: 7 }), (from, to, most) => {
      const distance = plainDistance(from, to);

      expect(editDistance(from, to)).toBe(distance);
      expect(editDistance(from, to, most)).toBe(Math.min(distance, most + 1));
    }),
    { numRuns: 2_000 },
  );
});
