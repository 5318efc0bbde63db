import fc from "fast-check";
import { expect, test } from "vitest";
import { patternCost } from "./pattern-cost.ts";

test.each([
  ["abc", 1],
  ["^[a-z]{2}-[0-9]+$", 1],
  ["^a?b?$", 4],
  ["^[(+*]{1,5}\\(\\+$", 5],
  ["^(?:red|green|blue)$", 3],
  ["red|green", 2],
  ["^(-)?[0-9]{3,}$", 2],
  ["^a+?$", 1],
])("%s tries %d times at most", (pattern, tries) => {
  expect(patternCost(pattern)).toEqual({ ok: true, tries });
});

test.each([
  ["(a+)+$", "it repeats a group"],
  ["^(a|a){20}$", "it repeats a group"],
  ["^a*a*b", "it has more than one of *, + and {n,}"],
  ["a+b", "it has one of *, + and {n,} without a ^ before everything"],
  ["^a|b+c", "it has one of *, + and {n,} without a ^ before everything"],
  ["^(a)\\1$", "it refers back to a group"],
  ["^(?=a)b", "it looks ahead or behind, or names a group"],
  ["^(?<name>a)", "it looks ahead or behind, or names a group"],
  ["(", "it is no regular expression"],
  ["a{2,1}", "it is no regular expression"],
  ["x".repeat(201), "it has more than 200 characters"],
])("%s is refused", (pattern, fault) => {
  expect(patternCost(pattern)).toEqual({ ok: false, fault });
});

test("what is taken with few tries is quick on any text of its letters", { timeout: 20_000 }, () => {
  const part = fc.constantFrom(
    "a",
    "b",
    "[ab]",
    "(a|b)",
    "(?:ab)",
    "?",
    "*",
    "+",
    "{1,9}",
    "^",
    "$",
    "|",
    "a?",
    ".",
  );
  const patterns = fc.array(part, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(""));
  const texts = fc
    .array(fc.constantFrom("a", "b"), { minLength: 4000, maxLength: 8000 })
    .map((letters) => letters.join(""));

  fc.assert(
    fc.property(patterns, fc.oneof(texts, fc.constant("a".repeat(8000))), (pattern, text) => {
      const cost = patternCost(pattern);
      fc.pre(cost.ok && cost.tries <= 1000);
      const before = process.cpuUsage();
      new RegExp(pattern, "u").test(text);
      expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
    }),
    { numRuns: 200 },
  );
});
