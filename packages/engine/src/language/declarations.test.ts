import { expect, test } from "vitest";
import { parseCondition } from "./condition.ts";
import type { ConditionOptions } from "./declarations.ts";
import { print } from "./printer.ts";

const options: ConditionOptions = {
  attributes: {
    region: "string",
    age: "number",
    beta: "boolean",
    expiresAt: "timestamp",
    tags: "list",
    plan: "map",
  },
  segments: ["staff", "testers"],
  checkPattern: (pattern) => (pattern.includes("(") ? "a parenthesis is open" : undefined),
};

test.each([
  ["region > 3", 1, 8, "a string > an int"],
  ["region in [1, 2]", 1, 1, "a string"],
  ["region in {1: 2}", 1, 1, "a string"],
  ["!region", 1, 2, "a string"],
  ["age == '18'", 1, 5, "a double == a string"],
  ["age.startsWith('1')", 1, 1, "a double"],
  ["beta == 'true'", 1, 6, "a bool == a string"],
  ["tags == 'a'", 1, 6, "a list == a string"],
  ["tags.contains('a')", 1, 1, "a list"],
  ["plan[0] == age && plan.name == age && plan + 1 == 2", 1, 44, "a map + an int"],
  ["expiresAt < '2026-01-31T00:00:00Z'", 1, 11, "a timestamp < a string"],
  ["expiresAt - expiresAt > 5", 1, 23, "a duration > an int"],
  ["expiresAt + expiresAt == expiresAt", 1, 11, "a timestamp + a timestamp"],
  ["duration('1h').getHours('UTC') == 1", 1, 25, "a time zone for a duration"],
  ["region", 1, 1, "a string"],
  ["segment('tester')", 1, 1, "'tester'"],
  ["region.matches('(')", 1, 16, "'('"],
])("refuses %s", (text, line, column, found) => {
  expect(parseCondition(text, options)).toMatchObject({ ok: false, error: { line, column, found } });
});

test.each([
  "region == 'IN' && region != null",
  "region in ['IN', other]",
  "region in []",
  "age > 18 && age + 1 < 20u && age % 2 == 0 && tags[age] == 'a' && region.substring(age) == ''",
  "beta",
  "'a' in tags && tags.exists(tag, tag > 3)",
  "plan.name == 'pro' && 'name' in plan",
  "segment('staff') || region.matches('^I')",
  "region.split('-')[0].lowerAscii() == ['a', 'b'].join()",
  "cidr(ip, '10.0.0.0/8') && bucket('s', userId) < 10.0",
  "now - duration('36h') > timestamp(0) && now.getHours('Europe/Paris') in [9, 10]",
])("takes %s", (text) => {
  expect(parseCondition(text, options)).toMatchObject({ ok: true });
});

test("wraps a declared timestamp once, and has() not at all", () => {
  const text = "has(expiresAt) && expiresAt > now && timestamp(expiresAt) < now";

  const parsed = parseCondition(text, options);

  const printed = parsed.ok ? print(parsed.expression) : "";
  expect(printed).toBe("has(expiresAt) && timestamp(expiresAt) > now && timestamp(expiresAt) < now");
  expect(parseCondition(printed, options)).toEqual(parsed);
});

test("warns of each undeclared name that is near a declared one", () => {
  const parsed = parseCondition(
    "regoin == 'IN' || country == 'IN' ||\n tag.a == usrId || regoin == 'US'",
    options,
  );

  expect(parsed).toMatchObject({
    ok: true,
    warnings: [
      {
        line: 1,
        column: 1,
        found: "'regoin'",
        expected: "'region'",
        message: expect.stringMatching(/Did you mean/),
      },
      { line: 2, column: 2, found: "'tag'", expected: "'tags'" },
      { line: 2, column: 11, found: "'usrId'", expected: "'userId'" },
    ],
  });
});

test("warns of no type, variable or alias", () => {
  const attributes = { tags: "list", strings: "list", item: "string" } as const;
  const text = "type(region) == string && tags.exists(items, items == targetingKey) && userId == ''";

  expect(parseCondition(text, { attributes })).toMatchObject({ ok: true, warnings: [] });
});

test.each([
  ["semver(v) > semver('1.2.x')", "'1.2.x'", ""],
  ["cidr(ip, '10.0.0.0/33')", "'10.0.0.0/33'", ""],
  ["cidr(ip, '10.0.0.0')", "'10.0.0.0'", ""],
  ["cidr('10.0.0.256', '10.0.0.0/8')", "'10.0.0.256'", ""],
  ["cidr(ip, '2001:db8::/129')", "'2001:db8::/129'", ""],
  ["cidr(ip, '1::2::3/8')", "'1::2::3/8'", ""],
  ["cidr(ip, '1:2:3:4:5:6:7/8')", "'1:2:3:4:5:6:7/8'", ""],
  ["cidr(ip, '1:2:3:4::5:6:7:8/8')", "'1:2:3:4::5:6:7:8/8'", ""],
  ["timestamp('nonsense') < now", "'nonsense'", ""],
  ["timestamp('2026-02-30T00:00:00Z') < now", "'2026-02-30T00:00:00Z'", ""],
  ["timestamp('0000-01-01T00:00:00Z') < now", "'0000-01-01T00:00:00Z'", ""],
  ["timestamp('9999-12-31T23:59:59-01:00') < now", "'9999-12-31T23:59:59-01:00'", ""],
  ["timestamp('2026-01-31') < now", "'2026-01-31'", "Write 2026-01-31T00:00:00Z."],
  ["timestamp(999999999999) < now", "999999999999", ""],
  ["timestamp(9223372036854775807) < now", "9223372036854775807", ""],
  ["int('12x') == 1", "'12x'", ""],
  ["int(1e99) == 1", "1e+99", ""],
  ["uint(-1) == 1u", "-1", ""],
  ["double('') == 1.0", "''", ""],
  ["bool('yes')", "'yes'", ""],
  ["string(b'\\xff') == 'a'", "b'\\xff'", ""],
  ["duration('5 parsecs') < duration('1s')", "'5 parsecs'", ""],
  ["duration('7d') < duration('1s')", "'7d'", "a day has 24h"],
  ["duration('320000000000s') < duration('1s')", "'320000000000s'", ""],
  ["now.getHours('Mars/Olympus') == 1", "'Mars/Olympus'", ""],
  ["bucket(a, userId) < 10.0", "a salt that is computed", ""],
  [`a.matches('${"x".repeat(513)}')`, "a pattern of 513 characters", ""],
])("refuses the constant in %s", (text, found, help) => {
  expect(parseCondition(text)).toMatchObject({
    ok: false,
    error: { found, message: expect.stringContaining(help) },
  });
});

test.each([
  "cidr('::ffff:10.0.0.1', '::/0') || cidr('1:2:3:4:5:6:7:8', 'fe80::/10') || cidr('::', '0.0.0.0/0')",
  "timestamp('0001-01-01T00:00:00Z') < timestamp('9999-12-31T23:59:59.999999999Z')",
  "timestamp('2024-02-29T23:59:59+05:30') < timestamp(-62135596800)",
  "duration('1h30m') < duration('-1.5s') || duration('2.s') < duration('315576000000s') || duration('.5us') < duration('3µs')",
  "now.getHours('UTC') + now.getHours('-02:30') + now.getHours('02:00') + now.getHours('US/Central') > 1",
])("takes the constants in %s", (text) => {
  expect(parseCondition(text)).toMatchObject({ ok: true });
});
