import { expect, test } from "vitest";
import { condition, rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import type { Expression, RulesetPatch, RulesetToggle } from "../index.ts";
import { needsMatches, segmentsAsked } from "./conditions-in.ts";

const serve = { type: "variant", variant: "on" } as const;

function asking(...conditions: readonly Expression[]): RulesetToggle {
  return toggleWith({ rules: conditions.map((each, at) => ({ id: `r${at}`, condition: each, serve })) });
}

/** One condition for each place in which another stands. */
const places = (inner: string): readonly string[] => [
  inner,
  `!(${inner})`,
  `a && ${inner}`,
  `a || ${inner}`,
  `${inner} == b`,
  `b == ${inner}`,
  `a ? b : ${inner}`,
  `${inner} ? a : b`,
  `a ? ${inner} : b`,
  `b in [a, ${inner}]`,
  `size({a: ${inner}}) > 0`,
  `{'x': ${inner}}.x`,
  `[${inner}][0]`,
  `a[${inner} ? 0 : 1]`,
  `has({'x': ${inner}}.x)`,
  `tags.exists(t, ${inner})`,
  `[${inner}].exists(t, t)`,
  `size(tags.map(t, ${inner}, t)) > 0`,
  `string(${inner}) == 'true'`,
  `string(${inner}).contains('t')`,
];

test.each(places("mail.matches('@burgee')"))("a ruleset needs matches for %s", (text) => {
  expect(needsMatches(rulesetWith([toggleWith(), asking(true, condition(text))]))).toBe(true);
});

test.each(places("mail.contains('matches')"))("a ruleset does not need matches for %s", (text) => {
  expect(needsMatches(rulesetWith([asking(condition(text))]))).toBe(false);
});

test("a ruleset needs matches for a segment's condition", () => {
  const beta = segmentWith({ condition: condition("mail.matches('x')") });

  expect(needsMatches(rulesetWith([], { segments: { beta } }))).toBe(true);
  expect(needsMatches(rulesetWith([], { segments: { beta: segmentWith() } }))).toBe(false);
});

test("a patch needs matches for what it brings alone", () => {
  const patch: RulesetPatch = { schema: 1, epoch: "e1", from: 1, to: 2, changes: { gone: null } };
  const calls = condition("mail.matches('x')");

  expect(needsMatches({ ...patch, segments: { gone: null } })).toBe(false);
  expect(needsMatches({ ...patch, changes: { cart: asking(calls) } })).toBe(true);
  expect(needsMatches({ ...patch, segments: { beta: segmentWith({ condition: calls }) } })).toBe(true);
});

test("what a newer server may have put into a kind that this release lacks is not looked into", () => {
  const strange = { kind: "parallel", of: [condition("mail.matches('x')")] } as unknown as Expression;

  expect(needsMatches(rulesetWith([asking(strange)]))).toBe(false);
});

test.each(places("segment('beta')"))("finds the segment asked in %s", (text) => {
  expect([...segmentsAsked(asking(condition("segment('vip')"), condition(text)))]).toEqual(["vip", "beta"]);
});

test("finds the segments that a segment asks, each once", () => {
  const team = segmentWith({ condition: condition("segment('a') || segment('b') || !segment('a')") });

  expect([...segmentsAsked(team)]).toEqual(["a", "b"]);
  expect([...segmentsAsked(segmentWith())]).toEqual([]);
});
