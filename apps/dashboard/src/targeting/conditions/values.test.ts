import fc from "fast-check";
import { expect, test } from "vitest";
import { readValue, shownValue } from "./values.ts";

const values = fc.oneof(
  fc.string(),
  fc.constantFrom("18", "true", " padded ", '"', '""', "1e5", "-0", "01"),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  fc.boolean(),
);

test("reads every value of an undeclared attribute back as it is shown", () => {
  fc.assert(
    fc.property(values, (value) => {
      expect(readValue(shownValue(value, undefined), undefined)).toBe(value);
    }),
  );
});

test("takes what looks like a number for a text where the attribute is declared a text", () => {
  expect(readValue("18", "string")).toBe("18");
  expect(shownValue("18", "string")).toBe("18");
  expect(readValue("18", undefined)).toBe(18);
  expect(readValue('"18"', undefined)).toBe("18");
});

test("takes no text for a number", () => {
  expect(readValue("many", "number")).toBeUndefined();
  expect(readValue("1", "boolean")).toBeUndefined();
});
