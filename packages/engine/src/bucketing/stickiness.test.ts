import { expect, test } from "vitest";
import { stickinessText } from "./stickiness.ts";

test.each([
  ["ada", "ada"],
  [" ", " "],
  [42, "42"],
  [-0, "0"],
  [0.5, "0.5"],
  [-3, "-3"],
  [1e21, "1e+21"],
  [42n, "42"],
  [true, "true"],
  [false, "false"],
])("hashes %o as %s", (value, text) => {
  expect(stickinessText(value)).toBe(text);
});

test.each([undefined, null, "", Number.NaN, Number.POSITIVE_INFINITY, [["a"]], {}])(
  "finds nothing to hash in %o",
  (value) => {
    expect(stickinessText(value)).toBeUndefined();
  },
);
