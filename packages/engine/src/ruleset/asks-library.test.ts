import { expect, test } from "vitest";
import { Random } from "../../test/fuzz/random.ts";
import { randomContext } from "../../test/fuzz/random-context.ts";
import { RandomExpression } from "../../test/fuzz/random-expression.ts";
import { spell } from "../../test/fuzz/spell.ts";
import { condition, rulesetWith, toggleWith } from "../../test/rulesets.ts";
import type { EvaluationContext } from "../evaluation/evaluation.ts";
import { prepare } from "../evaluation/prepare.ts";
import { prepareWhole } from "../evaluation/prepare-whole.ts";
import type { Expression } from "../language/expression.ts";
import { needsLibrary } from "./conditions-in.ts";
import { readRuleset } from "./read-ruleset.ts";

const asking = (asked: Expression) =>
  rulesetWith([
    toggleWith({ rules: [{ id: "r", condition: asked, serve: { type: "variant", variant: "on" } }] }),
  ]);

function read(json: unknown) {
  const result = readRuleset(JSON.parse(JSON.stringify(json)));
  if (!result.ok) throw new Error(result.error.message);
  return result.ruleset;
}

test.each([
  "userId in ['ada', 1, true, null]",
  "region == 'IN' && age >= 18 || !(plan != 'pro')",
  "user.plan == 'pro' && has(user.name)",
  "mail.endsWith('@example.com') || mail.matches('x')",
  "'beta' in tags",
  "segment('beta')",
  "2.5 < weight",
])("needs no library for %s", (text) => {
  expect(needsLibrary(read(asking(condition(text))))).toBe(false);
});

test.each([
  "semver(version) >= semver('1.2.3')",
  "tags.exists(tag, tag == 'a')",
  "age + 1 > 18",
  "region == home",
  "region in regions",
  "userId in ['ada', other]",
  "region < 'M'",
  "-age < 0",
  "tags[0] == 'a'",
  "now > timestamp('2026-01-01T00:00:00Z')",
  "flag ? a == 1 : b == 1",
  "bucket('s', userId) < 10.0",
  "cidr(ip, '10.0.0.0/8')",
  "name.lowerAscii() == 'a'",
  "size(tags) > 1",
  "a == 1u",
])("needs the library for %s", (text) => {
  expect(needsLibrary(read(asking(condition(text))))).toBe(true);
});

test("a condition that needs no library has the same outcome without it, and reading sees what walking sees", () => {
  let without = 0;
  for (let seed = 0; seed < 60_000; seed++) {
    const random = new Random(seed);
    const asked = new RandomExpression(random, ["none"]).make(1 + random.below(3));
    const context = randomContext(random) as EvaluationContext;
    const made = asking(asked);
    const ruleset = read(made);

    expect(needsLibrary(ruleset), JSON.stringify(asked)).toBe(needsLibrary(made));
    if (needsLibrary(ruleset)) continue;
    without++;
    const [alone, whole] = [prepare, prepareWhole].map((ready) =>
      ready(ruleset).evaluate("cart", context, 0),
    );
    expect(alone, `${JSON.stringify(asked)} for ${spell(context)}`).toEqual(whole);
  }
  expect(without).toBeGreaterThan(2_000);
}, 60_000);
