import { describe, expect, test } from "vitest";
import { condition, rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import { prepare, type RulesetToggle, type Serve } from "../index.ts";
import { matches } from "../matches/index.ts";
import { analyse, type Finding } from "./index.ts";

const on: Serve = { type: "variant", variant: "on" };
const hashing = { salt: "s", stickiness: "userId" };

function toggleOf(conditions: readonly string[], changes: Partial<RulesetToggle> = {}): RulesetToggle {
  const rules = conditions.map((text, at) => ({ id: `r${at + 1}`, condition: condition(text), serve: on }));
  return toggleWith({ rules, ...changes });
}

function codesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ code, verdict }) => `${code} ${verdict}`);
}

describe("a contradiction", () => {
  test.each([
    ["region == 'IN' && region == 'US'", undefined],
    ["region == 'IN' && region != 'IN'", undefined],
    ["age > 5 && age < 3", undefined],
    ["age > 5 && age <= 5", undefined],
    ["region in ['a', 'b'] && region in ['c', 'd']", undefined],
    ["region in ['a', 'b'] && !(region in ['a', 'b', 'c'])", undefined],
    ["semver(v) >= semver('2') && semver(v) < semver('1.9.9')", undefined],
    ["semver(v) > semver('1.2') && semver(v) == semver('1.2.0+build')", undefined],
    ["x.startsWith('ab') && x.startsWith('b')", undefined],
    ["x.endsWith('.com') && x == 'a@acme.org'", undefined],
    ["x.startsWith('ab') && !x.contains('b')", undefined],
    ["has(x) && !has(x)", undefined],
    ["!has(x) && x == 'a'", undefined],
    ["x == 'a' && x > 3", undefined],
    [
      "timestamp(t) > timestamp('2024-01-01T00:00:00Z') && timestamp(t) < timestamp('2023-01-01T00:00:00Z')",
      undefined,
    ],
    ["user.plan == 'pro' && user.plan == 'team'", undefined],
    ["has(user.plan) && !has(user.plan)", undefined],
    ["bucket('s', userId) < 10.0 && bucket('s', userId) >= 20.0", undefined],
    ["userId == 'a' && targetingKey == 'b'", undefined],
    ["x.matches('^a') && !x.matches('^a')", undefined],
    ["plan == 'pro' && region == 'IN' && age > 3 && region == 'US'", "region == 'IN' && region == 'US'"],
    [
      "plan == 'pro' && (region == 'IN' && region == 'US' || age > 5 && age < 3)",
      "region == 'IN' && region == 'US' || age > 5 && age < 3",
    ],
  ])("%s never matches", (text, part = text) => {
    const { findings, reach } = analyse(toggleOf([text]));

    const [found] = findings.filter(({ code }) => code === "never_matches");
    expect(found).toMatchObject({
      verdict: "proved",
      place: { toggle: "cart", ruleId: "r1", ruleIndex: 0, part },
    });
    expect(found?.message).toBe(`Rule 1 ('r1') never matches: \`${part}\` can never be true.`);
    expect(reach[0]).toEqual({
      place: { toggle: "cart", ruleId: "r1", ruleIndex: 0 },
      verdict: "unreachable",
    });
  });

  test.each([
    "region == 'IN' || region == 'US'",
    "age >= 5 && age <= 5",
    "age > 5.0 && age < 5.1",
    "semver(v) >= semver('1.2') && semver(v) < semver('1.2.1')",
    "semver(v) < semver('0.0.0')",
    "x.startsWith('ab') && x.endsWith('b') && !x.contains('c')",
    "!has(x)",
    "has(x) && x != 'a' && x != null && x != true && !(x in ['b', 1])",
    "'beta' in tags && 'gamma' in tags",
    "tags.exists(t, t == 'beta')",
    "user.plan == 'pro' && user.age > 3 && !has(user.name)",
    "region == plan && region.startsWith('x')",
    "x.lowerAscii() == 'in'",
    "bucket('s', userId) >= 99.9 && userId.endsWith('@acme.com')",
    "x > 'IN' && x < 'IO'",
    "timestamp(t) > timestamp('2024-01-01T00:00:00Z') && timestamp(t) < timestamp('2024-01-01T00:00:01Z')",
  ])("%s is reachable, with a witness", (text) => {
    const toggle = toggleOf([text]);

    const { findings, reach } = analyse(toggle, { matches });

    expect(reach[0]?.verdict).toBe("reachable");
    expect(prepare(rulesetWith([toggle])).evaluate("cart", reach[0]?.witness)).toMatchObject({
      ruleId: "r1",
    });
    expect(findings).toEqual([]);
  });

  test("keeps each witness apart, though they are alike but for a field", () => {
    const toggle = toggleOf(["x != 1 && x.plan == 'pro'", "x != 1 && x.plan == 'team'"]);

    const { reach } = analyse(toggle);

    expect(reach.slice(0, 2).map(({ witness }) => witness)).toEqual([
      { x: { plan: "pro" } },
      { x: { plan: "team" } },
    ]);
  });

  test("inside an alternative is told with its part, though the rule can match", () => {
    const { findings } = analyse(toggleOf(["plan == 'pro' || region == 'IN' && region == 'US'"]));

    expect(findings).toEqual([
      {
        code: "contradiction",
        verdict: "proved",
        place: { toggle: "cart", ruleId: "r1", ruleIndex: 0, part: "region == 'IN' && region == 'US'" },
        message: "In rule 1 ('r1'), `region == 'IN' && region == 'US'` can never be true.",
      },
    ]);
  });

  test("between a segment and the rule that asks it is found", () => {
    const segments = { beta: segmentWith({ condition: condition("plan == 'pro'"), exclude: ["bo"] }) };

    const { findings } = analyse(
      rulesetWith([toggleOf(["segment('beta') && plan == 'free'", "segment('beta') && userId == 'bo'"])], {
        segments,
      }),
    );

    expect(codesOf(findings)).toEqual([
      "never_matches proved",
      "never_matches proved",
      "unused_variant proved",
    ]);
  });

  test("is not taken for one where a list beside the ruleset is asked", () => {
    const list = { hash: "0".repeat(64), count: 20_000 };
    const segments = {
      many: segmentWith({ key: "many", includeList: list }),
      few: segmentWith({ key: "few", include: ["ada"], excludeList: list }),
    };
    const asked = [
      "segment('many') && userId == 'ada'",
      "segment('few') && userId == 'bo'",
      "!segment('many')",
    ];

    const { findings, reach } = analyse(rulesetWith([toggleOf(asked)], { segments }));

    expect(codesOf(findings).filter((code) => code.endsWith("proved"))).toEqual(["never_matches proved"]);
    expect(reach.map(({ verdict }) => verdict)).toEqual(["possible", "unreachable", "possible", "reachable"]);
  });

  test("is no reason for a witness for whom a list beside the ruleset would decide otherwise", () => {
    const includeList = { hash: "0".repeat(64), count: 20_000 };
    const segments = { many: segmentWith({ key: "many", includeList }) };
    const ruleset = rulesetWith([toggleOf(["!has(userId)", "segment('many')"])], { segments });
    const everyone = prepare(ruleset, { list: () => ({ count: 20_000, has: () => true }) });

    const { reach } = analyse(ruleset);

    const [, inList, byDefault] = reach;
    expect(inList?.verdict).toBe("possible");
    expect(everyone.evaluate("cart", byDefault?.witness).ruleId).toBeUndefined();
  });

  test("in a segment is told at the segment", () => {
    const segments = { beta: segmentWith({ condition: condition("age > 5 && age < 3") }) };

    expect(analyse(rulesetWith([], { segments })).findings).toMatchObject([
      { code: "never_matches", place: { segment: "beta", part: "age > 5 && age < 3" } },
    ]);
  });
});

describe("a rule after others", () => {
  test("is shadowed by the one that takes all it would serve", () => {
    const { findings } = analyse(
      toggleOf(["region == 'US'", "region in ['IN', 'FR']", "region == 'IN' && plan == 'pro'"]),
    );

    expect(findings).toEqual([
      {
        code: "shadowed",
        verdict: "proved",
        place: { toggle: "cart", ruleId: "r3", ruleIndex: 2 },
        message: "Rule 3 ('r3') is never reached: whoever it would serve is served before, by rule 2 ('r2').",
        by: ["r2"],
      },
    ]);
  });

  test("is shadowed by several together", () => {
    const { findings } = analyse(toggleOf(["age < 5", "age >= 5", "age == 7 || age == 3"]));

    expect(findings).toMatchObject([{ code: "shadowed", by: ["r1", "r2"] }]);
  });

  test("is dead after one that matches everyone, and so are rollout and default", () => {
    const rollout: Serve = { type: "percentage", variant: "on", buckets: 10_000, ...hashing };

    const { findings } = analyse(toggleOf(["has(x) || !has(x)", "region == 'IN'"], { rollout }));

    expect(codesOf(findings)).toEqual([
      "always_matches proved",
      "shadowed proved",
      "shadowed proved",
      "unreachable_default proved",
    ]);
  });

  test("is shadowed by no percentage, unless it asks for the same people", () => {
    const half: Serve = { type: "percentage", variant: "on", buckets: 50_000, ...hashing };
    const third: Serve = { type: "percentage", variant: "on", buckets: 30_000, ...hashing };
    const other: Serve = { ...third, salt: "t" };
    const rules = [half, other, third].map((serve, at) => ({ id: `r${at + 1}`, condition: true, serve }));

    const { findings, reach } = analyse(toggleWith({ rules }));

    expect(findings).toMatchObject([{ code: "shadowed", place: { ruleId: "r3" }, by: ["r1"] }]);
    expect(reach.map(({ verdict }) => verdict)).toEqual([
      "reachable",
      "reachable",
      "unreachable",
      "reachable",
    ]);
  });

  test("that includes nobody serves nobody", () => {
    const nobody: Serve = { type: "percentage", variant: "on", buckets: 0, ...hashing };

    const { findings } = analyse(
      toggleWith({ rules: [{ id: "r1", condition: condition("age > 3"), serve: nobody }] }),
    );

    expect(codesOf(findings)).toContain("serves_nobody proved");
  });
});

describe("a toggle", () => {
  test("has variants that nobody is served", () => {
    const variants = { on: true, off: false, spare: true, blue: true };
    const rules = [
      {
        id: "r1",
        condition: condition("a == 1 && a == 2"),
        serve: { type: "variant", variant: "blue" } as const,
      },
    ];

    const { findings } = analyse(toggleWith({ variants, rules, defaultVariant: "on" }));

    expect(findings.filter(({ code }) => code === "unused_variant")).toMatchObject([
      {
        place: { variant: "spare" },
        message: "Nobody is served 'spare': no rule, rollout or default names it.",
      },
      {
        place: { variant: "blue" },
        message: "Nobody is served 'blue': what would serve it never serves anyone.",
      },
    ]);
  });

  test("has splits with gaps and overlaps", () => {
    const rollout: Serve = {
      type: "split",
      slices: [
        ["on", 0, 50_000],
        ["off", 40_000, 90_000],
      ],
      ...hashing,
    };

    expect(codesOf(analyse(toggleWith({ rollout })).findings)).toEqual([
      "split_gap proved",
      "split_overlap proved",
    ]);
  });

  test("waits for what can't be", () => {
    const base = toggleOf(["plan == 'pro'"], { key: "base" });
    const idle = toggleWith({ key: "idle", enabled: false });
    const cart = (toggle: string, variants: readonly string[]) =>
      analyse(toggleOf(["plan == 'free'"], { prerequisites: [{ toggle, variants }] }), {
        toggles: { base, idle },
      });

    expect(cart("base", ["on"]).findings).toMatchObject([
      {
        code: "never_serves",
        message: "Rule 1 ('r1') never serves: nobody who meets the prerequisites gets to it.",
      },
      { code: "unused_variant", place: { variant: "on" } },
    ]);
    expect(cart("base", ["off"]).findings).toEqual([]);
    expect(cart("base", ["blue"]).findings[0]).toMatchObject({
      code: "prerequisite_unmet",
      message: "The prerequisite is never met, so the toggle is always off: 'base' never serves 'blue'.",
    });
    expect(cart("idle", ["on"]).findings[0]?.message).toContain("'idle' is disabled and serves 'off'.");
    expect(cart("gone", ["on"]).findings[0]?.message).toContain("'gone' is not there.");
    expect(cart("cart", ["on"]).findings[0]).toMatchObject({
      code: "prerequisite_cycle",
      verdict: "possible",
    });
  });

  test("that is disabled is looked at as it would serve, and nothing of it is reachable", () => {
    const { findings, reach } = analyse(
      toggleOf(["region == 'IN'", "region == 'IN' && age > 3"], { enabled: false }),
    );

    expect(codesOf(findings)).toEqual(["shadowed proved"]);
    expect(new Set(reach.map(({ verdict }) => verdict))).toEqual(new Set(["unreachable"]));
  });

  test("asks attributes that nobody declared, and segments that are not there", () => {
    const { findings } = analyse(toggleOf(["regoin == 'IN' && userId == 'a'", "!segment('gone')"]), {
      attributes: { region: "string" },
    });

    expect(findings).toMatchObject([
      { code: "never_matches", place: { ruleId: "r2" } },
      {
        code: "undeclared_attribute",
        verdict: "possible",
        place: { ruleId: "r1", part: "regoin" },
        message: "No attribute 'regoin' is declared. Did you mean 'region'?",
      },
      { code: "missing_segment", verdict: "proved", place: { ruleId: "r2" } },
    ]);
  });
});

describe("what a missing or ill-typed attribute does", () => {
  test("a condition and its negation are not always true, nor is one of them", () => {
    const { findings, reach } = analyse(toggleOf(["x == 'a' || x != 'a'", "!has(x)"]));

    expect(findings).toEqual([]);
    expect(reach.map(({ verdict }) => verdict)).toEqual(["reachable", "reachable", "reachable"]);
  });

  test("an error is absorbed by what settles the answer", () => {
    expect(codesOf(analyse(toggleOf(["x > 3 || true || y"])).findings)).toContain("always_matches proved");
    expect(codesOf(analyse(toggleOf(["x.startsWith('a') && x > 3"])).findings)).toContain(
      "never_matches proved",
    );
  });
});
