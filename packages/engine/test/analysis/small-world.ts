/** Rulesets over a world so small that every context of it can be asked. */
import type {
  Expression,
  Prerequisite,
  Ruleset,
  RulesetRule,
  RulesetToggle,
  Serve,
} from "../../src/index.ts";
import { parseExpression } from "../../src/language/index.ts";
import type { Random } from "../fuzz/random.ts";
import { rulesetWith, segmentWith, toggleWith } from "../rulesets.ts";

type Context = Readonly<Record<string, unknown>>;

const MISSING = Symbol("missing");
const values: Readonly<Record<string, readonly unknown[]>> = {
  region: [MISSING, "IN", "US", "INX", "Other", "", 1, null, true, ["IN"], ["IN", "US"], { IN: 1 }],
  age: [MISSING, -1, 2, 3, 4, 5, 6, "5", Number.NaN, Number.POSITIVE_INFINITY, false],
  version: [MISSING, "1.0.0", "1.5", "1.5.0+b", "2.0.0-rc.1", "2.0.0", "3", "IN", 2, new Date(0)],
  userId: [MISSING, "a", "b", "abc", "u7", "u42", 7, ""],
};

/** Every context of the small world. */
export const contexts: readonly Context[] = Object.entries(values).reduce<readonly Context[]>(
  (made, [name, some]) =>
    made.flatMap((context) =>
      some.map((value) => (value === MISSING ? context : { ...context, [name]: value })),
    ),
  [{}],
);

const tests: readonly [string, ...string[]] = [
  "region == 'IN'",
  ...["region == 'US'", "region != 'IN'", "'US' == region", "region == 1", "region != null"],
  ...[
    "region in ['IN', 'US']",
    "region in ['US']",
    "region in ['XX', 1, true]",
    "'IN' in region",
    "'US' in region",
  ],
  ...[
    "region.startsWith('I')",
    "region.startsWith('INX')",
    "region.endsWith('S')",
    "region.contains('N')",
    "region",
  ],
  ...["region < 'M'", "region >= 'IN'", "region == ['IN']", "has(region)", "has(age)", "size(region) == 2"],
  ...["region.lowerAscii() == 'in'", "region.exists(x, x == 'IN')", "region > 0", "region.contains('')"],
  ...[
    "age > 3",
    "age < 3",
    "age >= 5",
    "age <= 4",
    "5 > age",
    "age == 3",
    "age != 3",
    "age in [2, 3]",
    "age == '5'",
  ],
  ...["age % 2 == 0", "age + 1 > 5", "age > 2.5", "age == age", "type(age) == double", "age"],
  ...[
    "semver(version) >= semver('1.5')",
    "semver(version) < semver('2.0.0')",
    "semver(version) == semver('1.5.0')",
  ],
  ...[
    "semver(version) < semver('1.0.0')",
    "semver(version) != semver('2')",
    "version == '1.5'",
    "version < '2'",
  ],
  ...[
    "timestamp(version) < timestamp('2000-01-01T00:00:00Z')",
    "timestamp(version) == timestamp('1970-01-01T00:00:00Z')",
  ],
  ...[
    "userId == 'a'",
    "userId in ['a', 'b']",
    "userId.startsWith('u')",
    "has(userId)",
    "targetingKey == 'b'",
  ],
  ...[
    "bucket('s', userId) < 50.0",
    "bucket('s', userId) >= 50.0",
    "bucket('s', userId) < 20.0",
    "50.0 < bucket('t', userId)",
  ],
  ...[
    "region == version",
    "user.plan == 'pro'",
    "has(user.plan)",
    "segment('s0')",
    "segment('s1')",
    "segment('gone')",
  ],
  ...["true", "false", "1 > 2", "now > timestamp('2000-01-01T00:00:00Z')", "[region] == ['IN']"],
];

/** A ruleset of two toggles and two segments, of which the first toggle may wait for the second. */
export function smallRuleset(random: Random): Ruleset {
  const segments = ["s0", "s1"].map((key) =>
    segmentWith({
      key,
      include: random.oneIn(2) ? idsBy(random) : [],
      exclude: random.oneIn(2) ? idsBy(random) : [],
      condition: random.oneIn(4) ? null : conditionBy(random, 1),
    }),
  );
  const other = toggleBy(random, "other", []);
  const prerequisites = random.oneIn(3) ? [prerequisiteBy(random)] : [];
  const toggles = [toggleBy(random, "cart", prerequisites), other];
  return rulesetWith(toggles, { segments: Object.fromEntries(segments.map((each) => [each.key, each])) });
}

function prerequisiteBy(random: Random): Prerequisite {
  return {
    toggle: random.oneIn(12) ? "gone" : "other",
    variants: random.pick([["on"], ["off"], ["on", "third"]]),
  };
}

function toggleBy(random: Random, key: string, prerequisites: readonly Prerequisite[]): RulesetToggle {
  const rule = (_: unknown, at: number): RulesetRule => ({
    id: `r${at}`,
    condition: conditionBy(random, 2),
    serve: serveBy(random),
  });
  return toggleWith({
    key,
    enabled: !random.oneIn(10),
    kind: "string",
    variants: { on: "on", off: "off", third: "third" },
    ...(prerequisites.length > 0 && { prerequisites }),
    ...(random.oneIn(4) && { targets: { third: idsBy(random), on: idsBy(random) } }),
    rules: Array.from({ length: 1 + random.below(5) }, rule),
    rollout: random.oneIn(3) ? serveBy(random) : null,
  });
}

export function conditionBy(random: Random, depth: number): Expression {
  if (depth === 0 || random.oneIn(5)) return parsed(random.pick(tests));
  const part = () => conditionBy(random, depth - 1);
  switch (random.below(8)) {
    case 0:
      return { kind: "unary", op: "!", of: part() };
    case 1:
      return { kind: "conditional", test: part(), whenTrue: part(), whenFalse: part() };
    default:
      return logic(random.oneIn(3) ? "or" : "and", [part(), part(), ...random.list(2, part)]);
  }
}

/** Operands of the node's own kind are its own, as the parser has it. */
function logic(kind: "and" | "or", of: readonly Expression[]): Expression {
  const flat = of.flatMap((part) =>
    part !== null && typeof part === "object" && part.kind === kind && "of" in part && Array.isArray(part.of)
      ? part.of
      : [part],
  );
  return { kind, of: flat };
}

function serveBy(random: Random): Serve {
  const hashing = {
    salt: random.pick(["s", "s", "t"]),
    stickiness: random.pick(["userId", "userId", "region"]),
  };
  const variant = random.pick(["on", "on", "third"]);
  switch (random.below(5)) {
    case 0:
      return { type: "percentage", variant, buckets: random.pick([0, 20_000, 50_000, 100_000]), ...hashing };
    case 1:
      return {
        type: "split",
        slices: [
          ["on", 0, 30_000],
          ["third", random.pick([30_000, 60_000]), 100_000],
        ],
        ...hashing,
      };
    case 2:
      return { type: "target", targets: { on: idsBy(random), third: idsBy(random) } };
    default:
      return { type: "variant", variant };
  }
}

function idsBy(random: Random): readonly string[] {
  return random.list(3, () => random.pick(["a", "b", "abc", "7", "u42"]));
}

function parsed(text: string): Expression {
  const result = parseExpression(text, { checked: false });
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`);
  return result.expression;
}
