import { expect, test } from "vitest";
import { conditionText } from "./condition-text.ts";

const condition = { attr: "x", values: ["A", "B"], negate: false };

test.each([
  [{ ...condition, op: "in" }, 'x in ["A", "B"]'],
  [{ ...condition, op: "in", values: [], negate: true }, "!(x in [])"],
  [{ ...condition, op: "startsWith" }, 'x.startsWith("A") || x.startsWith("B")'],
  [{ ...condition, op: "startsWith", ci: true, values: ["A"] }, 'x.lowerAscii().startsWith("a")'],
  [{ ...condition, op: "matches", ci: true, values: ["^a$"] }, 'x.matches("(?i)^a$")'],
  [{ ...condition, op: "gte", values: [2] }, "x >= 2"],
  [{ ...condition, op: "semverGt", values: ["v1.2.0"] }, 'semver(x) > semver("1.2.0")'],
  [
    { ...condition, op: "cidr", values: ["10.0.0.0/8", "::1"] },
    'cidr(x, "10.0.0.0/8") || cidr(x, "::1/128")',
  ],
  [{ ...condition, op: "eq", values: [] }, "false"],
])("writes %j", (neutral, text) => {
  expect(conditionText(neutral)).toBe(text);
});

test("refuses an operator that it does not know, rather than to let it pass", () => {
  expect(() => conditionText({ ...condition, op: "constructor" })).toThrow("'constructor'");
});
