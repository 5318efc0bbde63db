import { expect, test } from "vitest";
import { divides, evenSlices } from "./even-slices.ts";

test("gives each variant the places that the hash modulo the sum of weights would", () => {
  const variants = [
    { name: "a", weight: 1 },
    { name: "b", weight: 3 },
  ];
  const slices = evenSlices(variants);
  const served = (place: number) =>
    slices.find(([, from, to]) => place * 100 >= from && place * 100 < to)?.[0];

  expect(Array.from({ length: 1_000 }, (_, place) => served(place))).toEqual(
    Array.from({ length: 1_000 }, (_, place) => (place % 4 < 1 ? "a" : "b")),
  );
});

test("joins neighbours, so that 1,000 parts of one variant are one slice", () => {
  expect(evenSlices([{ name: "a", weight: 1_000 }])).toEqual([["a", 0, 100_000]]);
});

test.each([
  [[1, 1], true],
  [[25, 25, 25, 25], true],
  [[500, 500], true],
  [[33, 33, 33], false],
  [[0], false],
])("says of weights %j whether their places are among ours: %s", (weights, expected) => {
  expect(divides(weights.map((weight) => ({ name: "a", weight })))).toBe(expected);
});
